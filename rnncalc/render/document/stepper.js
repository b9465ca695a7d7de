"use strict";
(() => {
  const part = (name) => document.getElementById("stepper-" + name);
  const lines = [...document.querySelectorAll(".line")];
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const bar = document.getElementById("stepper");
  let at = -1, timer = 0, shown = null;

  const byIds = (text) => (text || "").split(" ").map((id) => document.getElementById(id)).filter(Boolean);
  const say = (math) => [...math].map((one) => one.getAttribute("alttext")).join(" ");

  function mark(line) {
    document.querySelectorAll(".source, .now").forEach((one) => one.classList.remove("source", "now"));
    shown = line;
    if (!line) return;
    for (const one of [line, ...byIds(line.dataset.node)]) one.classList.add("now");
    for (const one of byIds(line.dataset.reads)) {
      for (const same of [one, ...byIds(one.dataset.node)]) same.classList.add("source");
    }
  }

  function copies(line) {
    return byIds(line.dataset.reads).map((one) => {
      const link = document.createElement("a");
      link.href = "#" + one.id;
      for (const math of one.querySelectorAll(":scope > dt math, :scope > math, :scope > .value math")) {
        link.append(math.cloneNode(true));
        link.lastChild.ariaHidden = "true";
      }
      const words = document.createElement("span");
      words.className = "unseen";
      words.textContent = say(link.children);
      link.append(words);
      return link;
    });
  }

  function go(to) {
    at = Math.max(0, Math.min(lines.length - 1, to));
    const line = lines[at];
    document.body.dataset.direction = line.classList.contains("backward") ? "backward" : "forward";
    mark(line);
    line.scrollIntoView({ block: "center", behavior: calm.matches ? "auto" : "smooth" });
    const step = line.closest(".part").querySelector(".step");
    part("words").textContent = (step ? step.textContent + ": " : "") +
      say(line.querySelectorAll("dt math")) + " " + say(line.querySelectorAll(":scope > .value math"));
    part("sources").replaceChildren(...copies(line));
    part("count").textContent = (at + 1) + " of " + lines.length;
    part("previous").setAttribute("aria-disabled", at === 0);
    part("next").setAttribute("aria-disabled", at === lines.length - 1);
    if (at === lines.length - 1) pause();
  }

  function pause() {
    clearInterval(timer);
    timer = 0;
    part("play").textContent = "Play";
  }

  function play() {
    if (timer) return pause();
    if (at === lines.length - 1) at = -1;
    part("play").textContent = "Pause";
    timer = setInterval(() => go(at + 1), 2500);
    go(at + 1);
  }

  function open(on) {
    for (const name of ["previous", "play", "next", "end"]) part(name).hidden = !on;
    part("start").hidden = on;
    bar.classList.toggle("open", on);
  }

  function start() {
    open(true);
    go(lines.findIndex((one) => one.matches(":target")));
    part("next").focus();
  }

  function end() {
    pause();
    open(false);
    mark(null);
    delete document.body.dataset.direction;
    for (const name of ["words", "sources", "count"]) part(name).textContent = "";
    part("start").focus();
  }

  const back = () => { pause(); go(at - 1); };
  const on = () => { pause(); go(at + 1); };
  for (const [name, act] of Object.entries({ start, end, play, previous: back, next: on })) {
    part(name).addEventListener("click", act);
  }
  bar.addEventListener("keydown", (event) => {
    if (part("end").hidden) return;
    const act = { ArrowLeft: back, ArrowRight: on, Escape: end }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  for (const line of lines) {
    for (const name of ["mouseenter", "focusin"]) line.addEventListener(name, () => at < 0 || !shown ? mark(line) : 0);
    for (const name of ["mouseleave", "focusout"]) line.addEventListener(name, () => part("end").hidden && mark(null));
  }
  bar.hidden = !lines.length;
})();
