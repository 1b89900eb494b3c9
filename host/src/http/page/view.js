// Draws any plugin's activity from the typed blocks of its view, without knowing the plugin. Uses what room.js has.
"use strict";

function drawView(activity, view) {
  const forms = new Map();
  const drawn = view.blocks.map((block) => {
    if (block.type !== "form") return blocks[block.type]?.(block);
    if (block.shown_to === "organizers" && state.me?.role !== "organizer") return null;
    // A form that has not changed keeps its element, and with it what was typed in.
    const key = JSON.stringify(block);
    const form = activity.forms.get(key) ?? drawForm(activity, block);
    forms.set(key, form);
    return form;
  });
  activity.forms = forms;
  const focused = document.activeElement;
  activity.blocks.replaceChildren(...drawn.filter(Boolean));
  if (activity.blocks.contains(focused)) focused.focus();
}

const blocks = {
  heading: (block) => make("h2", {}, block.text),
  text: (block) => make("p", {}, block.text),
  celebration: (block) => make("p", { className: "celebration" }, `🎉 ${block.text}`),
  statistic: (block) => make("p", { className: "statistic" }, block.label, make("strong", {}, block.value)),
  countdown: (block) => make("p", {}, `${block.label}：${new Date(block.until_ms).toLocaleString("zh-CN")}`),
  bars(block) {
    const bars = block.items.map((item) =>
      make("div", { className: "bar" }, make("span", {}, item.label), make("span", {}, String(item.value)),
        make("progress", { max: Math.max(block.total, 1), value: item.value })));
    return make("div", {}, block.title ? make("h2", {}, block.title) : null, ...bars);
  },
  people(block) {
    const people = block.items.map((item) => make("li", {}, item.detail ? `${item.name}（${item.detail}）` : item.name));
    return make("div", {}, block.title ? make("h2", {}, block.title) : null, make("ul", { className: "people" }, ...people));
  },
};

function drawForm(activity, block) {
  const fields = block.fields.map((field) => ({ name: field.name, ...inputs[field.input.type](field) }));
  const button = make("button", {}, block.submit);
  const form = make("form", { className: "column" }, ...fields.map((field) => field.element), button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const values = Object.fromEntries(fields.map((field) => [field.name, field.read()]).filter(([, value]) => value !== undefined));
    try {
      await send({ type: "act", activity: activity.id, action: block.wrap ? { [block.wrap]: values } : values });
      activity.acted = true;
      activity.error.textContent = "";
      await refresh(activity.id);
    } catch (error) {
      fail(activity, error);
    }
    button.disabled = false;
  });
  return form;
}

function scale(field) {
  const { min, max, step } = field.input;
  const input = make("input", { type: "number", min, max, step, required: true, value: field.input.type === "rating" ? "" : min });
  return { element: make("label", {}, `${field.label}（${min}–${max}） `, input), read: () => Number(input.value) };
}

const inputs = {
  number: scale,
  rating: scale,
  text(field) {
    const input = make("input", { maxLength: field.input.max_chars, placeholder: field.input.placeholder ?? "" });
    return { element: make("label", {}, field.label, input), read: () => input.value || undefined };
  },
  choice(field) {
    const name = randomId();
    const type = field.input.max > 1 ? "checkbox" : "radio";
    const boxes = field.input.choices.map((choice) => make("input", { type, name, value: choice.value }));
    const labels = field.input.choices.map((choice, index) => make("label", {}, boxes[index], ` ${choice.label}`));
    const chosen = () => boxes.filter((box) => box.checked).map((box) => box.value);
    return {
      element: make("fieldset", {}, make("legend", {}, field.label), ...labels),
      read: () => (field.input.many ? chosen() : chosen()[0]),
    };
  },
};
