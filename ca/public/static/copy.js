// SPDX-License-Identifier: EUPL-1.2
// Buttons that copy the text of a field. Without this they are not there, and
// the field can be selected by hand.

const said = document.getElementById('copied');

async function copy(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Not there, or not allowed: it is selected, so the old way may do, or
    // else the keyboard.
    return document.execCommand('copy');
  }
}

for (const button of document.querySelectorAll('button[data-copy]')) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    if (!await copy(field))
      return;
    said.textContent = '';
    button.textContent = button.dataset.done;
    said.textContent = button.dataset.done;
    button.focus();
    setTimeout(() => { button.textContent = words; }, 3000);
  });
}
