// What a voter has put into the form, as the poll's settings want it; or what is wrong with it.
const readers = {
  single: (fields) => fields.find((field) => field.checked)?.value,
  rating: (fields) => number(fields.find((field) => field.checked)?.value),
  several: (fields) => filled(fields.filter((field) => field.checked).map((field) => field.value)),
  text: ([field]) => field.value.trim() || undefined,
  ranking: ranked,
  points: (fields) => {
    const dealt = fields.filter((field) => Number(field.value) > 0).map((field) => [field.dataset.option, Number(field.value)]);
    return dealt.length ? Object.fromEntries(dealt) : undefined;
  },
};

function number(text) {
  return text === undefined ? undefined : Number(text);
}

function filled(list) {
  return list.length ? list : undefined;
}

// The places that were given, the best first; a place given twice is no order.
function ranked(fields) {
  const placed = fields.filter((field) => field.value).map((field) => [Number(field.value), field.dataset.option]);
  placed.sort(([one], [other]) => one - other);
  return placed.every(([place], index) => place === index + 1) ? filled(placed.map(([, option]) => option)) : null;
}

function fits(question, answer) {
  if (answer === undefined) return question.least === 0;
  if (answer === null) return false;
  if (question.kind === "several" || question.kind === "ranking") {
    return answer.length >= question.least && answer.length <= question.most;
  }
  if (question.kind === "text") return [...answer].length <= question.most;
  if (question.kind === "points") return Object.values(answer).reduce((sum, one) => sum + one, 0) === question.most;
  return true;
}

export function answersIn(form, questions, said) {
  const answers = {};
  for (const question of questions) {
    const fields = [...form.querySelectorAll(`[data-question="${question.id}"] :is(input, select, textarea)`)];
    const answer = readers[question.kind](fields);
    if (!fits(question, answer)) {
      const legend = form.querySelector(`[data-question="${question.id}"] [data-words]`).textContent.trim();
      return { answers, problem: `${said(`wrong${question.kind[0].toUpperCase()}${question.kind.slice(1)}`)} ${legend}` };
    }
    if (answer !== undefined) answers[question.id] = answer;
  }
  return { answers };
}
