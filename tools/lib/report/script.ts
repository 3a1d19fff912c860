/**
 * What the page does beyond showing itself: search, and opening what a link goes to. Plain JavaScript of all browsers;
 * without it everything is there and readable.
 */
export const script = `
const form = document.querySelector('form[role=search]');
const field = document.getElementById('search');
const found = document.getElementById('found');
const rows = [...document.querySelectorAll('main tbody tr, main li')].map((row) => {
  const group = row.closest('details.group');
  const about = group ? group.querySelector('summary').textContent : '';
  return { row, text: (row.textContent + ' ' + about).toLowerCase() };
});
const holders = [...document.querySelectorAll('main .scroll, main details.group, main section')];
const groups = [...document.querySelectorAll('main details')];
let before;

function search() {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  if (words.length > 0 && !before) before = groups.map((group) => group.open);
  let count = 0;
  for (const { row, text } of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) count += 1;
  }
  for (const holder of holders) {
    holder.hidden = words.length > 0 && !holder.querySelector('tbody tr:not([hidden]), li:not([hidden])');
  }
  for (const link of document.querySelectorAll('nav a')) {
    link.parentElement.hidden = document.querySelector(link.getAttribute('href')).hidden;
  }
  if (words.length > 0) {
    for (const group of groups) group.open = !group.hidden;
  } else if (before) {
    groups.forEach((group, index) => { group.open = before[index]; });
    before = undefined;
  }
  found.textContent = words.length > 0 ? count + ' of ' + rows.length + ' rows' : '';
}

function goTo(element) {
  element.setAttribute('tabindex', '-1');
  element.focus();
  element.scrollIntoView({ block: 'center' });
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest('[hidden]')) { field.value = ''; search(); }
  for (let at = target; at; at = at.parentElement) if (at.localName === 'details') at.open = true;
  target.scrollIntoView();
}

form.hidden = false;
field.addEventListener('input', search);
form.addEventListener('submit', (event) => {
  event.preventDefault();
  const first = field.value.trim() && rows.find(({ row }) => !row.hidden);
  if (first) goTo(first.row);
});
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === '/' && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
    field.select();
  }
  if (event.key === 'Escape' && field.value) {
    field.value = '';
    search();
    field.focus();
  }
});
addEventListener('hashchange', openTarget);
addEventListener('beforeprint', () => { for (const group of groups) group.open = true; });
// What does not scroll is no stop on the way through the page.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth;
    target.classList.toggle('wide', scrolls);
    if (scrolls) target.tabIndex = 0;
    else target.removeAttribute('tabindex');
  }
});
for (const box of document.querySelectorAll('.scroll')) watcher.observe(box);
openTarget();
`;
