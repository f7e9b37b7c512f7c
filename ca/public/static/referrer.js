// SPDX-License-Identifier: EUPL-1.2
// Whoever came from a website to the page of a mark is told when that website
// is not one of the mark's. The browser knows where it came from; nothing is
// sent, and nothing is kept.
//
//	<p id="referrer" data-hosts="ict.example www.ict.example" hidden></p>

const WORDS = {
  nl: {
    other: 'Let op: u komt van {host}. Die website hoort niet bij dit ' +
      'keurmerk. Vergelijk het adres met de websites op deze pagina.',
    none: 'Let op: u komt van {host}. Dit keurmerk noemt geen websites, dus ' +
      'u kunt niet zien of die website erbij hoort.',
    same: 'U komt van {host}. Die website hoort bij dit keurmerk.',
  },
  en: {
    other: 'Note: you came from {host}. That website does not belong to ' +
      'this mark. Compare its address with the websites on this page.',
    none: 'Note: you came from {host}. This mark names no websites, so that ' +
      'you cannot see whether that website belongs to it.',
    same: 'You came from {host}. That website belongs to this mark.',
  },
};

function hostOf(address) {
  try {
    const { protocol, hostname } = new URL(address);
    return /^https?:$/.test(protocol) ? hostname : null;
  } catch {
    return null;                // none was given
  }
}

const box = document.getElementById('referrer');
const from = hostOf(document.referrer);
if (box && from !== null && from !== location.hostname) {
  const hosts = box.dataset.hosts.split(/\s+/).filter(Boolean);
  const which = hosts.includes(from) ? 'same' : hosts.length ? 'other' :
    'none';
  box.textContent = WORDS[document.documentElement.lang === 'en' ? 'en' :
    'nl'][which].replace('{host}', from);
  box.dataset.referrer = which;
  box.setAttribute('role', which === 'same' ? 'status' : 'alert');
  box.hidden = false;
}
