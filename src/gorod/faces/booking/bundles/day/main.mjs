// Drag somebody to a free time of the same service: the form that moves without a script is filled in and sent.
const form = document.getElementById("moved");
let dragged = null;

for (const one of document.querySelectorAll("[data-appointment]")) {
  one.addEventListener("dragstart", (event) => {
    dragged = one;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", one.dataset.appointment);
  });
  one.addEventListener("dragend", () => {
    dragged = null;
  });
}
for (const slot of document.querySelectorAll("[data-slot]")) {
  const fits = () => dragged !== null && dragged.dataset.service === slot.dataset.service;
  slot.addEventListener("dragover", (event) => {
    if (fits()) {
      event.preventDefault();
      slot.classList.add("gorod-slot--over");
    }
  });
  slot.addEventListener("dragleave", () => slot.classList.remove("gorod-slot--over"));
  slot.addEventListener("drop", (event) => {
    event.preventDefault();
    if (fits()) {
      form.elements.appointment.value = dragged.dataset.appointment;
      form.elements.slot.value = slot.dataset.slot;
      form.submit();
    }
  });
}
