# SPDX-License-Identifier: GPL-2.0-or-later
"""Another run with the same database: nothing is new, or something is."""
import re
import resource
import shutil

import archives
from tables import tables
from test_faults import Archive


class NothingNew(Archive):
    def test_it_is_found_out_in_less_than_a_second(self):
        self.run_tool()
        program = archives.program_that(self.folder / "idle", f"touch {self.folder}/read")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.check_run(0, 6)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)    # of the processor: that does not depend on who else works here
        self.assertLess(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1)
        self.compare()
        # This one is another program, so everything is read again: the test would notice.
        self.check_run(6, 0, program=program)
        self.assertTrue((self.folder / "read").exists())

    def test_another_preference_is_something_new(self):
        self.run_tool()
        self.check_run(6, 0, "--option", "tcpstate.ttl_tolerance:5", self.archive)

    def test_another_name_of_the_point_is_something_new(self):
        self.run_tool()
        self.check_run(6, 0, "--point", "dmz=*", self.archive)
        self.compare()
        self.assertEqual(archives.query(self.out, "SELECT DISTINCT point FROM connections UNION SELECT point FROM files"), [("dmz",)])


class Growth(Archive):
    def test_an_archive_that_grows_and_changes(self):
        """First the odd files, then all, then one has other packets, then it has the old ones again."""
        archive = self.folder / "archive"
        archive.mkdir()
        for path in self.paths[::2]:
            shutil.copy(path, archive)
        self.run_tool(archive)
        for path in self.paths[1::2]:
            shutil.copy(path, archive)
        self.check_run(6, 0, archive)
        self.compare()
        changed = archive / self.paths[2].name
        archives.call("editcap", self.paths[2], changed, "1-40")      # without its first packets
        self.run_tool(archive)
        whole = self.folder / "changed.pcapng"
        archives.call("mergecap", "-a", "-w", whole, *sorted(archive.iterdir()))
        self.compare(archives.table(whole)[1])
        shutil.copy(self.paths[2], changed)
        self.run_tool(archive)
        self.compare()

    def test_only_what_has_grown_is_read_again(self):
        archive = self.copy()
        other = archive / "other.pcap"
        archives.traffic("web", 100, 10, other)
        self.check_run(7, 0, archive)
        archives.traffic("web", 200, 10, other)
        self.check_run(1, 6, archive)
        self.compare(self.rows, archives.table(other)[1])
        # Files that an earlier run has read belong to the series, too.
        more = self.later(self.folder / "lan_00007_20270101000000.pcapng")
        done = self.run_tool("--point", f"{archive}/lan=*/lan_0*", more)
        self.assertIn("7 files read, 0 known already", done.stdout)
        whole = archives.merged([self.whole, more], self.folder / "both.pcapng")
        self.compare(archives.table(whole)[1], archives.table(other)[1])

    def test_days(self):
        """What is past is not read again."""
        archive = self.folder / "archive"
        archive.mkdir()
        copies = [archive / f"lan_{number:05d}_{day}000000.pcapng" for number, day in enumerate([20240130] * 3 + [20240131] * 3)]
        for path, copy in zip(self.paths[:5], copies):
            shutil.copy(path, copy)
        self.check_run(5, 0, "--daily", archive)
        shutil.copy(self.paths[5], copies[5])
        self.check_run(3, 3, "--daily", archive)
        days = [archives.merged(part, self.folder / f"{number}.pcapng") for number, part in enumerate((self.paths[:3], self.paths[3:]))]
        self.compare(*(archives.table(day)[1] for day in days))
        self.assertEqual(archives.query(self.out, "SELECT DISTINCT substr(point, length(point) - 13) FROM files ORDER BY 1"),
                         [("lan 2024-01-30",), ("lan 2024-01-31",)])

    def test_what_is_to_be_forgotten(self):
        self.check_run(6, 0, "--forget", "1h", self.archive)
        self.compare()
        (made_by,), = archives.query(self.out, "SELECT DISTINCT made_by FROM files")
        self.assertTrue(made_by.endswith(" --forget 1h"), made_by)
        self.check_run(6, 0, "--forget", "2h", self.archive)
        self.assertIn("no duration", self.run_tool("--forget", "long", self.archive, status=1).stderr)

    def test_files_that_are_gone(self):
        """As a ring of files loses its oldest: what was known stays, and what is new is read for itself."""
        archive = self.copy()
        for path in self.paths[4:]:
            (archive / path.name).unlink()
        self.run_tool(archive)
        oldest = shutil.move(archive / self.paths[0].name, self.folder)
        self.check_run(0, 3, archive)
        for path in self.paths[4:]:
            shutil.copy(path, archive)
        self.check_run(len(self.paths) - 4, 3, archive, status=3)
        self.assertEqual(self.errors(), {(self.paths[4].name, "order", "gone")})
        parts = [archives.merged(part, self.folder / f"{number}.pcapng")
                 for number, part in enumerate((self.paths[:4], self.paths[4:]))]
        self.compare([*archives.table(parts[0])[1], *self.moved(archives.table(parts[1])[1], archives.packets_in(parts[0]))])
        self.check_run(0, len(self.paths) - 1, archive, status=3)
        # It is there again: all can be read as one.
        shutil.move(oldest, archive)
        self.check_run(len(self.paths), 0, archive)
        self.compare()
        self.assertEqual(self.errors(), set())

    @staticmethod
    def moved(rows, step):
        """With other frame numbers."""
        types = [type_ for _, type_, _ in tables()["column"]][1:]

        def cell(type_, text):
            if type_ == "prose":
                return re.sub(r"(?<=\bframe )\d+", lambda number: str(int(number[0]) + step), text)
            return str(int(text) + step) if type_ == "frame" and text else text
        return [tuple(map(cell, types, row)) for row in rows]
