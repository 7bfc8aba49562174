"use strict";
// What the pages do by themselves: ask before something is deleted, take a dropped file, say how far the work is.

const ALIVE_MS = 60_000;
const POLL_MS = [700, 1000, 1000, 1500, 2000, 3000];

function once(form) {
  // Not before the browser has taken the pressed button's value.
  setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
}

function confirmFirst(form) {
  const dialog = document.getElementById("confirm");
  form.addEventListener("submit", (event) => {
    if (form.dataset.confirmed) return;
    event.preventDefault();
    dialog.querySelector("p").textContent = form.dataset.confirm;
    dialog.returnValue = "";
    dialog.showModal();
    dialog.addEventListener("close", () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.confirmed = "1";
      form.requestSubmit(event.submitter);
    }, { once: true });
  });
}

function takeFiles(form) {
  const zone = form.querySelector(".zone"), input = form.querySelector("input[type=file]");
  const send = () => {
    if (!input.files.length) return;
    form.querySelector(".chosen").textContent = `${input.files[0].name} … ${document.body.dataset.busy}`;
    form.requestSubmit();
  };
  input.addEventListener("change", send);
  for (const name of ["dragover", "dragenter"]) {
    zone.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    send();
  });
}

function lost(isLost) {
  const box = document.getElementById("lost");
  if (isLost && box.hidden) box.textContent = document.body.dataset.lost;
  box.hidden = !isLost;
}

async function asked(path) {
  try {
    const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-store" });
    lost(false);
    return answer;
  } catch {
    lost(true);
    return null;
  }
}

function put(id, text) {
  const place = document.getElementById(id);
  if (place && place.textContent !== text) place.textContent = text;
}

function shown(state, announced) {
  const bar = document.getElementById("bar");
  if (state.percent === null) bar.removeAttribute("value"); else bar.value = state.percent;
  put("what", state.what); put("far", state.far); put("left", state.left); put("waits", state.waits);
  document.getElementById("stopping").hidden = !state.stopping;
  document.getElementById("stop").hidden = state.stopping;
  const mayClose = document.getElementById("may-close");
  if (mayClose) mayClose.hidden = !state.is_sending || state.stopping;
  const told = document.getElementById("told"), texts = state.told.join("\n");
  if (told.dataset.texts !== texts) {
    told.dataset.texts = texts;
    told.replaceChildren(...state.told.map((text) => Object.assign(document.createElement("p"), { textContent: text })));
  }
  // A screen reader hears it every tenth of the way, not every second.
  const tenth = `${state.what} ${Math.floor((state.percent ?? 0) / 10)}`;
  if (tenth !== announced) put("announce", `${state.what} ${state.far}`);
  return tenth;
}

async function follow(place) {
  let turn = 0, announced = "";
  for (;;) {
    await new Promise((done) => setTimeout(done, POLL_MS[Math.min(turn++, POLL_MS.length - 1)]));
    if (document.hidden) {
      await new Promise((done) => document.addEventListener("visibilitychange", done, { once: true }));
      turn = 0;
    }
    const answer = await asked(`/works/${place.dataset.work}/state`);
    if (answer === null) continue;
    if (answer.status === 403) { location.reload(); return; }
    const state = await answer.json();
    if (state.stage !== place.dataset.stage) { location.replace(location.href); return; }
    if ("poll" in place.dataset) announced = shown(state, announced);
  }
}

document.querySelectorAll("form[data-confirm]").forEach(confirmFirst);
document.querySelectorAll("form[method=post]").forEach((form) => {
  form.addEventListener("submit", (event) => { if (!event.defaultPrevented) once(form); });
});
document.querySelectorAll("form[data-drop]").forEach(takeFiles);
document.querySelectorAll("input[data-all]").forEach((all) => {
  all.addEventListener("change", () => {
    document.querySelectorAll(`input[name=${all.dataset.all}]`).forEach((one) => { one.checked = all.checked; });
  });
});
document.querySelectorAll("[data-work]").forEach(follow);
document.querySelectorAll("a[data-now]").forEach((link) => {
  history.replaceState(null, "", location.pathname);  // a reload does not download it again
  link.click();
});
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
// The server ends some minutes after the last page was closed; a tab in the background is open, too.
setInterval(() => asked("/alive"), ALIVE_MS);
