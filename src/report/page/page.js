"use strict";
(() => {
  const day = document.getElementById("day");
  if (!day) return;
  const days = day.dataset.days.split(" ").map(Number);
  const show = () => {
    const frame = Number(day.value);
    const map = document.querySelector("input[name=map]:checked").value;
    document.getElementById("shown").value = days[frame];
    day.setAttribute("aria-valuetext", "day " + days[frame]);
    for (const arm of document.querySelectorAll(".arm")) {
      const frames = arm.querySelectorAll(".frame");
      frames.forEach((one, number) => { one.hidden = number !== Math.min(frame, frames.length - 1); });
    }
    for (const one of document.querySelectorAll(".frame .map")) one.hidden = one.dataset.map !== map;
  };
  const ticks = document.getElementById("ticks");
  const place = (at) => {
    let next = days.findIndex((one) => one >= at);
    if (next <= 0) return 0;
    return (next - 1 + (at - days[next - 1]) / (days[next] - days[next - 1])) / (days.length - 1);
  };
  for (const session of day.dataset.sessions.split(" ").filter((text) => text !== "")) {
    const tick = document.createElement("span");
    tick.textContent = "▲";
    tick.title = "session on day " + session;
    tick.style.left = 100 * place(Number(session)) + "%";
    ticks.append(tick);
  }
  day.addEventListener("input", show);
  for (const map of document.querySelectorAll("input[name=map]")) map.addEventListener("change", show);
  show();
})();
