// Wires the forms that ask for a passkey ([data-passkey]) to allauth's webauthn.js, and says in words what
// went wrong. The forms stay hidden where the browser knows no passkeys.
(() => {
    const said = {
        NotAllowedError: "No passkey was given. Try again, or use another way.",
        InvalidStateError: "This key is in use here already.",
        SecurityError: "Passkeys need the site's name in the address: they do not work with an IP address.",
    };
    document.addEventListener("allauth.error", (event) => {
        event.preventDefault();
        const words = said[event.detail.exception.name] || "The passkey could not be read. Try again, or use another way.";
        for (const place of document.querySelectorAll("[data-passkey-error]")) place.textContent = words;
    });
    document.addEventListener("DOMContentLoaded", () => {
        if (!window.PublicKeyCredential) return;
        for (const form of document.querySelectorAll("[data-passkey]")) {
            const { passkey, button, credential, passwordless } = form.dataset;
            const ids = { credential, passwordless, login: button, authenticate: button, add: button };
            if (document.getElementById("passkey-data")) ids.data = "passkey-data";
            window.allauth.webauthn.forms[passkey]({ ids });
            form.hidden = false;
        }
    });
})();
