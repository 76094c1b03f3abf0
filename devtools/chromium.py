"""Driving a headless Chromium over its DevTools socket; runs in the environment."""

import base64
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import websocket

from .progress import Failure
from .system import CHROMIUM_NAMES

DESKTOP = (1440, 900)
PHONE = (390, 844)


class Chromium:
    """One browser with one page; use it as a context manager.

    `errors` collects what the page reported: console errors, uncaught exceptions and
    answers of 400 and above.
    """

    def __init__(self, base_url="", downloads=None):
        self.base_url = base_url
        self.errors = []
        self.downloads = downloads
        self._ids = itertools.count(1)
        self._process = None
        self._profile = None
        self._socket = None

    def __enter__(self):
        program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
        if not program:
            raise Failure("Chromium isn't installed", "run ./dev test or screenshots.")
        self._profile = Path(tempfile.mkdtemp(prefix="utility-chromium-"))
        command = [program, "--headless=new", "--remote-debugging-port=0"]
        command += [f"--user-data-dir={self._profile}", "--no-first-run"]
        command += ["--hide-scrollbars", "--disable-gpu", "--disable-dev-shm-usage"]
        command += ["--disable-background-networking", "--disable-extensions"]
        command += ["--disable-component-update", "--lang=en-US"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        with (self._profile / "output.log").open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "about:blank"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self._socket:
            self._socket.close()
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _connect(self, patience=30):
        port_file = self._profile / "DevToolsActivePort"
        limit = time.monotonic() + patience
        while not (port_file.exists() and port_file.read_text().count("\n")):
            if self._process.poll() is not None or time.monotonic() > limit:
                said = (self._profile / "output.log").read_text(errors="replace")
                raise Failure(f"Chromium doesn't start: {said.strip()[-300:]}")
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as reply:
            pages = [page for page in json.load(reply) if page["type"] == "page"]
        self._socket = websocket.create_connection(
            pages[0]["webSocketDebuggerUrl"], suppress_origin=True, timeout=120
        )
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        if self.downloads:
            self.call(
                "Browser.setDownloadBehavior",
                behavior="allow",
                downloadPath=str(self.downloads),
            )

    # --- protocol ---

    def call(self, method, **params):
        """Send a command of the DevTools protocol; its result."""
        number = next(self._ids)
        self._socket.send(
            json.dumps({"id": number, "method": method, "params": params})
        )
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise Failure(f"Chromium: {method}: {message['error']['message']}")
                return message["result"]
            self._note(message)

    def _note(self, message):
        params = message.get("params", {})
        match message.get("method"):
            case "Runtime.exceptionThrown":
                details = params["exceptionDetails"]
                text = details.get("exception", {}).get("description")
                self.errors.append(text or details["text"])
            case "Runtime.consoleAPICalled" if params["type"] == "error":
                words = [str(arg.get("value", "")) for arg in params["args"]]
                words += [arg.get("description", "") for arg in params["args"]]
                self.errors.append(" ".join(filter(None, words)))
            case "Network.responseReceived":
                response = params["response"]
                if response["status"] >= 400:
                    self.errors.append(f"{response['status']} {response['url']}")
            case "Page.javascriptDialogOpening":
                self._socket.send(
                    json.dumps(
                        {
                            "id": next(self._ids),
                            "method": "Page.handleJavaScriptDialog",
                            "params": {"accept": True},
                        }
                    )
                )

    # --- doing ---

    def viewport(self, size, scale=1):
        width, height = size
        phone = width < 600
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=phone,
        )
        self.call("Emulation.setTouchEmulationEnabled", enabled=phone)

    def goto(self, path):
        """Open a page and wait until it is loaded."""
        url = path if "://" in path else f"{self.base_url}{path}"
        result = self.call("Page.navigate", url=url)
        if result.get("errorText"):
            raise Failure(f"{url} can't be opened: {result['errorText']}")
        self.wait_for(
            "document.readyState === 'complete' && location.href !== 'about:blank'"
        )

    def evaluate(self, script):
        """The value of a JavaScript expression; promises are awaited."""
        result = self.call(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
            userGesture=True,
        )
        if "exceptionDetails" in result:
            details = result["exceptionDetails"]
            text = details.get("exception", {}).get("description") or details["text"]
            raise Failure(f"JavaScript: {text[:300]}")
        return result["result"].get("value")

    def wait_for(self, condition, patience=30):
        """Wait for a CSS selector to match, or for a JavaScript condition to hold.

        What contains ` => `, `===`, `(` with a call or `document` is a condition.
        """
        script = condition
        if not _is_script(condition):
            script = f"!!document.querySelector({json.dumps(condition)})"
        limit = time.monotonic() + patience
        while True:
            try:
                if self.evaluate(script):
                    return
            except Failure:
                # The page is changing under the script.
                if time.monotonic() > limit:
                    raise
            if time.monotonic() > limit:
                raise Failure(f"{condition} didn't come within {patience} s")
            time.sleep(0.1)

    def click(self, selector, patience=30):
        self.wait_for(selector, patience)
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, selector, text):
        """Put text into a field as a person types it."""
        self.wait_for(selector)
        quoted = json.dumps(selector)
        self.evaluate(
            f"(e => {{ e.focus(); e.select && e.select(); }})"
            f"(document.querySelector({quoted}))"
        )
        self.call("Input.insertText", text=text)

    def press(self, key):
        """Press a named key such as Enter, Tab, Escape, ArrowDown."""
        codes = {"Enter": 13, "Tab": 9, "Escape": 27, "ArrowDown": 40, "ArrowUp": 38}
        for kind in ("keyDown", "keyUp"):
            params = {"type": kind, "key": key, "code": key}
            params["windowsVirtualKeyCode"] = codes.get(key, 0)
            if key == "Enter" and kind == "keyDown":
                params["text"] = "\r"
            self.call("Input.dispatchKeyEvent", **params)

    def login(self, db, login, password="demo"):
        """Open a session of a user, instead of the one that is open."""
        self.call("Network.clearBrowserCookies")
        self.goto("/web/login")
        answer = self.evaluate(
            "fetch('/web/session/authenticate', {method: 'POST', headers:"
            " {'Content-Type': 'application/json'}, body: JSON.stringify("
            + json.dumps(
                {
                    "jsonrpc": "2.0",
                    "params": {"db": db, "login": login, "password": password},
                }
            )
            + ")}).then(r => r.json()).then(r => r.result ? r.result.uid : false)"
        )
        if not answer:
            raise Failure(f'Nobody logs in as "{login}" on {db}')

    def settle(self):
        """Wait until the page neither loads nor moves."""
        self.evaluate("document.fonts.ready.then(() => true)")
        self.wait_for(
            "!document.querySelector('.o_loading_indicator, .o_blockUI')"
            " && Array.from(document.images).every("
            "image => image.complete || image.loading === 'lazy')"
        )
        time.sleep(0.4)

    def screenshot(self, path):
        data = self.call("Page.captureScreenshot", format="png")["data"]
        Path(path).write_bytes(base64.b64decode(data))


def _is_script(text):
    return any(mark in text for mark in ("===", "=>", "document.", "&&", "()"))
