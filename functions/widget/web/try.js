/** The buttons of the page to try the widget on. */
for (const name of ['open', 'reset']) {
  document.getElementById(name).addEventListener('click', () => window.confab(name));
}
