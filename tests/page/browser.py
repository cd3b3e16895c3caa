# SPDX-License-Identifier: GPL-2.0-or-later
"""Chromium without a window, which tells what a page wrote to its console and what it asked for."""
import base64
import json
import subprocess

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

OPTIONS = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --disable-extensions --no-first-run".split()
PATIENCE = 30


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in OPTIONS:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)
        self.driver.set_script_timeout(120)

    def quit(self):
        self.driver.quit()

    def fresh(self, width=1366, height=768, **media):
        """As a new window."""
        self.driver.get("about:blank")
        self.size(width, height)
        self.media(**media)
        self.complaints()

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def media(self, scheme="light", motion="no-preference", kind=""):
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": motion}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": features})

    def open(self, page, address=""):
        self.driver.get("about:blank")      # else only the part after # would change
        self.driver.get(page.as_uri() + address)
        self.settled()

    def settled(self):
        """Until what is drawn in the next frames is there."""
        self.driver.execute_async_script("const done = arguments[0], again = (n) => n ? requestAnimationFrame(() => again(n - 1)) : done();"
                                         "again(4);")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def wait_for(self, script, *arguments):
        return WebDriverWait(self.driver, PATIENCE, 0.05).until(lambda driver: driver.execute_script("return " + script, *arguments))

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def each(self, selector, expression):
        """The value of an expression for each such element, `e`."""
        return self.run(f"return [...document.querySelectorAll(arguments[0])].map((e) => {expression})", selector)

    def text(self, selector):
        """What can be read in it; nothing if it is not there."""
        return self.run("const e = document.querySelector(arguments[0]); return e ? e.textContent : null", selector)

    def texts(self, selector):
        return self.each(selector, "e.textContent")

    def press(self, *keys):
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()
        self.settled()

    def focused(self):
        return self.driver.switch_to.active_element

    def complaints(self):
        """What it wrote to its console since somebody asked."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """What it asked for since somebody asked, but for the page itself."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent
                if params.get("type") != "Document" and not params["request"]["url"].startswith("data:")]

    def screenshot(self, path, height=None):
        """In 128 colours, which is a third of the size and looks the same."""
        if height:
            self.size(self.run("return innerWidth"), height)
        self.settled()
        self.driver.save_screenshot(str(path))
        subprocess.run(["convert", path, "+dither", "-colors", "128", "-strip", "-define", "png:compression-level=9", path], check=True)

    def pdf(self):
        return base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
