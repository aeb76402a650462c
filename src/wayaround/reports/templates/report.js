// Sorts a table by the column whose heading button is pressed; cells without a value stay last.
for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[0].cells];
  headings.forEach((heading, column) => {
    heading.querySelector("button").addEventListener("click", () => {
      const falling = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
      const isNumber = heading.classList.contains("number");
      const valueOf = (row) => {
        const value = row.cells[column].dataset.value;
        return value === undefined || !isNumber ? value : Number(value);
      };
      const compare = (one, other) => {
        const [a, b] = [valueOf(one), valueOf(other)];
        if (a === undefined || b === undefined) return (a === undefined) - (b === undefined);
        const order = isNumber ? a - b : a.localeCompare(b);
        return falling ? -order : order;
      };
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort(compare));
    });
  });
}
