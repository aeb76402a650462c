/** Asks for a token where the service wants one. */

import { onTokenWanted } from "./api";

export function makeLogin(): void {
  const form = document.querySelector<HTMLFormElement>("#login")!;
  const field = document.querySelector<HTMLInputElement>("#token")!;
  const said = document.querySelector<HTMLElement>("#login-said")!;
  onTokenWanted((wrong) => {
    said.textContent = wrong ? "The service does not know this token." : "The service wants a token.";
    form.hidden = false;
    field.value = "";
    field.focus();
    return new Promise((resolve) => {
      form.onsubmit = (event) => {
        event.preventDefault();
        if (field.value.trim() === "") return;
        form.hidden = true;
        resolve(field.value.trim());
        field.value = "";
      };
    });
  });
}
