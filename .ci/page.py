"""Plays with the interactive page in a headless browser, with real clicks, drags and keys over the DevTools protocol, and asserts on what
is shown. See `.ci/page`."""

import base64
import json
import os
import re
import subprocess
import sys
import time

BROWSER, PAGE, WORK, PROGRAM = sys.argv[1:5]


class Browser:
    """One tab of a browser, spoken to through a pipe (no port, no library)."""

    def __init__(self):
        to_browser, self.write = os.pipe()
        self.read, from_browser = os.pipe()

        def at_three_and_four():
            # Both are moved out of the way first: they may be 3 or 4 themselves.
            ends = os.dup(to_browser), os.dup(from_browser)
            os.dup2(ends[0], 3)
            os.dup2(ends[1], 4)

        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe",
                 f"--user-data-dir={WORK}/profile", "--host-resolver-rules=MAP * ~NOTFOUND", "about:blank"]
        log = open(f"{WORK}/browser.log", "w")
        self.process = subprocess.Popen([BROWSER, *flags], close_fds=False, preexec_fn=at_three_and_four, stderr=log, stdout=log)
        os.close(to_browser)
        os.close(from_browser)
        self.pending, self.count, self.session, self.faults = b"", 0, None, []
        tabs = self.ask("Target.getTargets")["targetInfos"]
        tab = next(one["targetId"] for one in tabs if one["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=tab, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.ask(f"{domain}.enable")

    def message(self):
        while b"\0" not in self.pending:
            more = os.read(self.read, 1 << 20)
            if not more:
                sys.exit(f"the browser went away: {open(f'{WORK}/browser.log').read()[-800:]}")
            self.pending += more
        one, self.pending = self.pending.split(b"\0", 1)
        return json.loads(one)

    def ask(self, method, **parameters):
        self.count += 1
        request = {"id": self.count, "method": method, "params": parameters}
        if self.session:
            request["sessionId"] = self.session
        os.write(self.write, json.dumps(request).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.count:
                if "error" in answer:
                    sys.exit(f"{method}: {answer['error']}")
                return answer["result"]
            self.note(answer)

    def note(self, event):
        name, about = event.get("method"), event.get("params", {})
        if name == "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            self.faults.append(f"script error: {details.get('exception', {}).get('description', details['text'])}")
        if name == "Network.requestWillBeSent" and not re.match(r"(data|about|file):", about["request"]["url"]):
            self.faults.append(f"from elsewhere: {about['request']['url'][:100]}")
        if name == "Log.entryAdded" and about["entry"]["level"] == "error":
            self.faults.append(f"log: {about['entry']['text']}")

    def script(self, text):
        result = self.ask("Runtime.evaluate", expression=text, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            sys.exit(f"{text}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def settle(self):
        self.script("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def size(self, width, height, dark=False, script=True):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500)
        self.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)

    def open(self, address):
        # A change of the hash alone would not load the page.
        self.ask("Page.navigate", url="about:blank")
        self.ask("Page.navigate", url=address)
        end = time.monotonic() + 20
        while time.monotonic() < end:
            state = self.ask("Runtime.evaluate", expression="document.readyState + location.protocol", returnByValue=True)
            if state["result"].get("value") == "completefile:":
                return
            time.sleep(0.05)
        sys.exit("the page did not load in 20 seconds")

    def place(self, selector):
        """Centre of an element, scrolled into view."""
        box = self.script(f"""(() => {{ const e = document.querySelector({json.dumps(selector)}); if (!e) return null;
            e.scrollIntoView({{block: "center"}}); const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }})()""")
        if box is None or box[2] < 1 or box[3] < 1:
            sys.exit(f"there is no {selector} to be seen")
        return box[0] + box[2] / 2, box[1] + box[3] / 2

    def mouse(self, kind, x, y, held=False):
        self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left" if kind != "mouseMoved" or held else "none",
                 buttons=1 if held or kind == "mousePressed" else 0, clickCount=1 if kind != "mouseMoved" else 0)

    def click(self, selector):
        x, y = self.place(selector)
        self.mouse("mousePressed", x, y)
        self.mouse("mouseReleased", x, y)
        self.settle()

    def drag(self, points):
        self.mouse("mousePressed", *points[0])
        for x, y in points[1:]:
            self.mouse("mouseMoved", x, y, held=True)
        self.mouse("mouseReleased", *points[-1])
        self.settle()

    def key(self, name, code):
        for kind in ["keyDown", "keyUp"]:
            self.ask("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code)
        self.settle()

    def text(self, selector):
        return self.script(f"document.querySelector({json.dumps(selector)}).innerText")

    def picture(self, name):
        whole = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        with open(f"{WORK}/{name}.png", "wb") as file:
            file.write(base64.b64decode(whole["data"]))


def expect(holds, what):
    if not holds:
        browser.picture("fault")
        sys.exit(f"the page: {what}\n(picture: {WORK}/fault.png)")
    print(f"ok: {what}")


def evaluated(command):
    """What the program says of a command that the page shows."""
    words = [word.strip("'") for word in re.findall(r"(?:'[^']*'|[^\s'])+", command.replace("='", "=").replace("' ", " ").rstrip("'"))]
    said = subprocess.run([PROGRAM, *words[1:], "--json"], capture_output=True, text=True, check=True).stdout
    return float(json.loads(said)["value"])


def row(regime):
    cells = browser.script(f"[...document.querySelectorAll('#readout tr[data-regime={regime}] td')].map((cell) => cell.innerText)")
    return [float(cell) for cell in cells[:2]] if len(cells) == 3 else None


def ring_distance(chart, regime):
    """Mean distance of the rings from the curve, as drawn, in pixels."""
    return browser.script(f"""(() => {{ const svg = document.querySelector("#{chart} svg");
        const path = svg.querySelector('.curve[data-regime="{regime}"]'); const length = path.getTotalLength();
        const points = [...Array(2001).keys()].map((k) => path.getPointAtLength(k / 2000 * length));
        const rings = [...svg.querySelectorAll('.ring[data-regime="{regime}"]')].map((r) => [+r.getAttribute("cx"), +r.getAttribute("cy")]);
        const away = rings.map(([x, y]) => Math.min(...points.map((p) => Math.hypot(p.x - x, p.y - y))));
        return rings.length ? away.reduce((a, b) => a + b, 0) / rings.length : null; }})()""")


browser = Browser()
address = f"file://{os.path.abspath(PAGE)}"

# Without script there is a drawing, on the narrow screen too.
browser.size(1280, 900, script=False)
browser.open(address)
browser.size(1280, 900, script=True)
expect(browser.script("document.querySelectorAll('noscript figure svg path').length > 10 && document.querySelector('main').hidden"),
       "without script it shows a drawing and no dead controls")
browser.size(1280, 900)
browser.open(address)
browser.settle()
expect(row("rf") is not None and row("nt") is not None, "it opens with numbers")
expect(browser.script("""[...document.querySelectorAll('.plot .curve')].every((curve) => getComputedStyle(curve).stroke ===
    getComputedStyle(document.querySelector(`#readout tr[data-regime=${curve.dataset.regime}] path`)).stroke)
    && new Set([...document.querySelectorAll('.plot .curve')].map((curve) => getComputedStyle(curve).stroke)).size >= 4"""),
       "curves have the colours of their regimes")
expect("NaN" not in browser.script("document.body.innerText"), "nothing is shown that is no number")
expect(browser.script("document.querySelectorAll('#error .ring').length > 8"), "it opens with simulated networks")
browser.picture("light")

# Its numbers are the program's, within the error that it states.
largest = float(browser.text("#largest"))
expect(largest < 0.02, f"the largest error of interpolation that it states is small ({largest})")


def agrees(why):
    lines = browser.text("#command").splitlines()
    expect(len(lines) >= 2 and all(line.startswith("limitcheck eval ") for line in lines), f"{why}: it shows {len(lines)} commands")
    shown = browser.script("[...document.querySelectorAll('#readout tbody tr')].flatMap((tr) => { const td = tr.querySelectorAll('td');"
                           " return td.length === 3 ? [td[0].innerText, td[1].innerText] : []; })")
    for line, text in zip(lines, shown, strict=True):
        value = evaluated(line)
        if text == "infinite":
            expect(value == float("inf"), f"{why}: {line} is infinite")
            continue
        number = 0.0 if text.startswith("<") else float(text)
        expect(abs(number - value) < largest + 0.0006, f"{why}: {line} is {text}")


agrees("at first")

# A drag over the chart moves m/d, and the address and the sliders with it.
x, y = browser.place("#error .plot")
frame = browser.script("(() => { const b = document.querySelector('#error .plot svg').getBoundingClientRect(); return [b.x, b.width]; })()")
at = lambda rho: frame[0] + 40 + rho / 3 * (frame[1] - 52)
browser.drag([(at(0.5), y), (at(0.9), y), (at(1.4), y), (at(2.0), y)])
shown = float(browser.text("#rho-out"))
expect(abs(shown - 2.0) < 0.02, f"dragging over the chart moves m/d to {shown}")
expect(f"rho={browser.text('#rho-out')}" in browser.script("location.hash"), "the address follows")
expect(row("nt") == [0.0, 1.0], "beyond m = d the tangent model has learnt everything")
browser.drag([(at(2.0), y), (at(1.3), y), (at(1.01), y)])
expect(browser.text("#rho-out") == "1", "the kink at m = d is met by a drag close to it")

# Sliders by pointer and by key.
x, y = browser.place("#time")
width = browser.script("document.querySelector('#time').getBoundingClientRect().width")
browser.drag([(x + width / 2 - 9, y), (x + width / 4, y), (x, y)])
expect(browser.text("#time-out") not in ("to the end", "") and "time=end" not in browser.script("location.hash"), "the time slider leaves the end")
expect(row("nt-general") is None, "a regime without a formula at finite time says why")
agrees("at a finite time")
before = float(browser.text("#time-out"))
browser.key("ArrowRight", 39)
expect(float(browser.text("#time-out")) > before, "the time slider follows the arrow keys")
browser.key("End", 35)
expect(browser.text("#time-out") == "to the end", "its last place is the end of training")

# Networks close on the curve.
browser.open(f"{address}#rho=0.5&time=end&activation=relu&spectrum=exponential&d=32&regimes=rf")
browser.settle()
far = ring_distance("sensitivity", "rf")
browser.place("#dim")
browser.script("document.querySelector('#dim').focus()")
for _ in range(3):
    browser.key("ArrowRight", 39)
near = ring_distance("sensitivity", "rf")
expect(browser.text("#dim-out") == "d = 256" and near < 0.5 * far, f"rings close on the curve as d grows: {far:.1f} to {near:.1f} pixels")
agrees("with relu")

# Presets, regimes, the plane, copies.
browser.open(address)
browser.settle()
names = browser.script("[...document.querySelectorAll('#presets button')].map((button) => button.innerText)")
for index, name in enumerate(names):
    browser.click(f"#presets button:nth-child({index + 1})")
    pressed = browser.script(f"document.querySelector('#presets button:nth-child({index + 1})').getAttribute('aria-pressed')")
    expect(pressed == "true" and len(browser.text("#caption")) > 80, f"the preset {name!r} says what to see")
    agrees(name)
    browser.picture(f"preset-{index + 1}")
expect({"Stop early", "Align"} <= set(names), "there are presets for stopping early and for alignment")
browser.click("#presets button:nth-child(3)")
expect(browser.script("document.querySelector('[name=path][value=time]').checked"), "stopping early shows paths along time")
browser.click("#regimes input[value=sgd]")
expect(row("sgd") is None and "sgd" not in browser.script("location.hash"), "a regime can be left out")
browser.ask("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
browser.click("#copy-command")
time.sleep(0.2)
expect("copied" in browser.text("#copied").lower(), "the command is copied")
expect(re.match(r'import limitcheck as lc\nprint\(lc.limit\("[a-z-]+", .*rho=0.5', browser.text("#python")), "Python is shown")

# The address brings everything back; nonsense in it is no harm.
kept = browser.script("location.hash")
before = browser.text("#readout")
browser.open(address + kept)
browser.settle()
expect(browser.text("#readout") == before and browser.script("location.hash") == kept, "an address brings the same state back")
browser.open(f"{address}#rho=many&time=-3&activation=nothing&d=33&regimes=x&start=7&samples=2&path=up")
browser.settle()
expect(float(browser.text("#rho-out")) == 0.5, "what means nothing in an address is left out")

# The pointer: value, interval, verdict, link.
browser.open(address)
browser.settle()
ring = "#error .ring[data-regime=rf]"
browser.mouse("mouseMoved", *browser.place(ring))
browser.settle()
said = browser.text("#tip")
expect(all(part in said for part in ["random features", "networks", "d = 128", "interval", "agrees at"]), f"a ring says what it is: {said!r}")
expect(browser.script("document.querySelector('#tip a').getAttribute('href')") == "claims/rf-test-error.md", "and links to the claim's page")
browser.key("Escape", 27)
expect(browser.script("document.querySelector('#tip').hidden"), "Escape closes the tip")

# Every control has a name, and the focus can be seen.
nameless = browser.script("[...document.querySelectorAll('input, select, button')].filter((e) => !e.labels?.length && !e.innerText).map((e) => e.outerHTML)")
expect(nameless == [], f"every control has a name {nameless}")

# Dark, and the width of a phone.
browser.size(1280, 900, dark=True)
browser.open(address)
browser.settle()
expect(browser.script("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 26)", "it is dark on dark screens")
browser.picture("dark")
for dark in [False, True]:
    browser.size(390, 844, dark=dark)
    browser.open(address)
    browser.settle()
    over = browser.script("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    expect(over <= 0, "it fits the width of a phone")
    browser.picture("phone-dark" if dark else "phone")

expect(browser.faults == [], f"no script error, nothing from elsewhere {browser.faults}")
browser.ask("Browser.close")
