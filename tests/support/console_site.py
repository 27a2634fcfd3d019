"""A site that serves the web console from a folder, beside everything else."""

import os

from web_site import WebSite


class ConsoleSite(WebSite):
    """folder: built files of a console; by default a few of a test."""

    def __init__(self, folder=None, minimum="domain"):
        super().__init__(minimum)
        self.folder = folder or self.top / "console"
        if folder is None:
            self.write_file("index.html", b"<!doctype html><title>x</title>")

    def write_file(self, name, data, mode=0o644):
        path = self.folder / name
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
        os.chmod(path.parent, 0o755)
        return path

    def configuration_text(self):
        return super().configuration_text().replace(
            "paths: [rpc, metrics, access, adminservice]",
            "paths: [rpc, metrics, access, adminservice, console]\n"
            f"    console: {self.folder}", 1)
