// Sentences in the reader's language: templates come from the server, numbers and dates
// are written by the browser.
export class Words {
  constructor(sentences, countries, lang) {
    // `lang` is the server's own variety, such as British dates in English.
    this.sentences = sentences;
    this.countries = countries;
    this.number = new Intl.NumberFormat(lang);
    this.plural = new Intl.PluralRules(lang);
    this.date = new Intl.DateTimeFormat(lang, { dateStyle: "long", timeZone: "UTC" });
  }

  say(name, values) {
    return fill(this.sentences[name], values);
  }

  many(name, count) {
    const forms = this.sentences[name];
    return fill(forms[this.plural.select(count)] ?? forms.other, { many: this.number.format(count) });
  }

  km(km) {
    return this.say("number_km", { number: this.number.format(Math.round(km)) });
  }

  day(day) {
    return this.date.format(day * 86_400_000);
  }

  // A city that bears its country's name is not named twice.
  place({ name, country }) {
    const where = this.countries[country];
    return !where || where === name ? name : this.say("place", { city: name, country: where });
  }
}

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
