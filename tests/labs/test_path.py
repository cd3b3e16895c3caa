# SPDX-License-Identifier: GPL-2.0-or-later
"""truth/*.path.json, what the middle did to packets by its own account, agrees with the captures; and so do the variants of
recorded pairs. The box that changes sequence numbers does only that."""
import json
import sys

import captures
import packets
import pytest
import variants
from samples import CHECKOUT, SAMPLES

sys.path.insert(0, str(CHECKOUT / "labs"))
from tcplab_lib import shifter  # noqa: E402

RECORDED = sorted(SAMPLES.glob("truth/*.path.json"))
KINDS = "lost", "injected", "copied", "reordered"


def named(path):
    return path.name.removesuffix(".path.json")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("variants")
    variants.make(folder)
    return folder


def load(folder, name):
    return json.loads((folder / f"truth/{name}.path.json").read_text())


def frames(folder, truth):
    """Of each point's capture, every packet."""
    return {point["name"]: list(captures.read(folder / point["capture"])) for point in truth["points"]}


def check_packets(folder, truth):
    """What is told of a packet is what its frames show."""
    at = frames(folder, truth)
    for packet in (packet for kind in KINDS for packet in truth[kind]):
        for point, numbers in packet["frames"].items():
            for number in numbers:
                segment = packets.parse(at[point][number - 1].data)
                if "icmp" in packet:
                    assert segment is None
                    continue
                assert segment.flag_names == packet["flags"], (point, number)
                assert segment.payload_length == packet["length"], (point, number)
                assert segment.ip_id == packet["ip_id"], (point, number)


def segments(capture, sender):
    """How many that end's address sent."""
    found = [packets.parse(packet.data) for packet in capture]
    return sum(1 for segment in found if segment and sender(segment))


@pytest.mark.parametrize("path", RECORDED, ids=named)
def test_packets_of_the_account_are_in_the_captures(path):
    check_packets(SAMPLES, json.loads(path.read_text()))


@pytest.mark.parametrize("path", RECORDED, ids=named)
def test_nothing_is_missing_in_the_account(path):
    """Segments that one end sent, less those that were lost, with those that were injected and copied, are what the other received."""
    truth = json.loads(path.read_text())
    if truth["cut_or_joined"]:
        pytest.skip("segments are cut or joined")
    at = frames(SAMPLES, truth)
    by_client, by_server = ({tuple(ends[end][role]) for ends in truth["connections"] for end in ("client", "server")}
                            for role in ("client", "server"))
    for sender, receiver, mine in (("client", "server", by_client), ("server", "client", by_server)):
        lost = sum(packet["sender"] == sender and "icmp" not in packet and bool(packet["frames"].get(sender))
                   for packet in truth["lost"])
        injected = sum(packet["towards"] == receiver and "icmp" not in packet and bool(packet["frames"].get(receiver))
                       for packet in truth["injected"])
        copied = sum(len(packet["frames"][receiver]) - 1 for packet in truth["copied"] if packet["sender"] == sender)
        sent = segments(at[sender], lambda segment: segment.ends[0] in mine)
        assert sent - lost + injected + copied == segments(at[receiver], lambda segment: segment.ends[0] in mine), sender


@pytest.mark.parametrize("name", variants.VARIANTS)
def test_variants_have_their_account(made, name):
    truth = load(made, name)
    assert [point["capture"].startswith(name) for point in truth["points"]] == [True] * len(truth["points"])
    check_packets(made, truth)


@pytest.mark.parametrize("name", ["losses_clock_ahead", "outage_clock_skewed"])
def test_clocks_are_as_wrong_as_told(made, name):
    truth = load(made, name)
    origin = frames(SAMPLES, load(SAMPLES, truth["variant_of"]))["server"]
    clock = truth["clocks"]["server"]
    variant = frames(made, truth)["server"]
    for before, after in ((origin[0], variant[0]), (origin[-1], variant[-1])):
        wrong = clock["offset"] + clock["skew"] * 1e-6 * (before.time - origin[0].time) / 1e9
        assert (after.time - before.time) / 1e9 == pytest.approx(wrong, abs=2e-6)
    assert truth["clocks"]["client"] == {"offset": 0, "skew": 0}


def test_frames_that_were_cut_out_are_told(made):
    truth = load(made, "lossy_capture_missed")
    at = frames(made, truth)
    whole = frames(SAMPLES, load(SAMPLES, truth["variant_of"]))["server"]
    assert len(at["server"]) == len(whole) - len(whole) // 7
    left = {packets.parse(packet.data).identity for packet in at["server"]}
    for packet in truth["not_captured"]:
        for number in packet["frames"]["client"]:
            assert packets.parse(at["client"][number - 1].data).identity not in left


def segment(**options):
    return packets.ipv4("10.77.0.1", "10.78.0.2", packets.TCP, packets.tcp("10.77.0.1", "10.78.0.2", 40001, 7777, **options))


def read(packet):
    return packets.parse(packets.ether(bytes(packet)))


SACKED = bytes([1, 1, packets.SACK, 10]) + (5000).to_bytes(4, "big") + (6000).to_bytes(4, "big")


@pytest.mark.parametrize("data", [b"", b"odd", b"even"])
def test_shifter_adds_to_numbers_and_mends_the_checksum(data):
    before = segment(flags="A", seq=0xFFFFFFFF, ack=10, data=data, options=SACKED)
    after = read(shifter.shifted(before, 7777, client=3, server=4))
    expected = read(segment(flags="A", seq=2, ack=6, data=data, options=SACKED.replace((5000).to_bytes(4, "big"), (4996).to_bytes(
        4, "big")).replace((6000).to_bytes(4, "big"), (5996).to_bytes(4, "big"))))
    assert after.header == expected.header
    assert after.payload == data


def test_shifter_leaves_the_acknowledgment_of_a_first_syn():
    after = read(shifter.shifted(segment(flags="S", seq=7), 7777, client=3, server=4))
    assert (after.seq, after.ack) == (10, 0)
