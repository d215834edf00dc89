"""The sentences of `words`, by language. Another language is another table with the same names."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = "en"

ENGLISH = {
    "seated": "There is a seat for you: {place}. It was your wish number {wish} of {wishes}.",
    "seated_reserve": "It is one of the seats reserved for “{criterion}”.",
    "first": "It is the place you wanted most.",
    "none": "This time there was no seat at the places you wished for. We are sorry. Below you see why, place by place.",
    "no_wishes": "You named no place, so there was nothing we could give you.",
    "lot": "Your number in the lottery: {lot} of {lots}. The smaller it is, the earlier your turn.",
    "place": "{place}, your wish number {wish}.",
    "seats": "It has {seats} seats.",
    "kept": "Kept by those who had them before: {kept}.",
    "reserve": "Reserved for “{criterion}”: {seats}; taken by them: {taken}.",
    "reserve_last": "The last of them was considered as “{tier}”, with the lottery number {lot}.",
    "yours": "You were considered as “{tier}”, with the lottery number {lot}.",
    "tier": "The last open seat went to somebody considered as “{tier}”, with the lottery number {lot}: that comes before yours.",
    "same": "The last open seat went to somebody considered as “{tier}”, as you were, with the lottery number {lot}:"
    " it is smaller than yours.",
    "none_open": "No open seats were left: all of them are reserved, or kept from before.",
    "split": "There was not room for all of you at once, and you asked to stay together. So we went on to your next wish.",
    "helps": "There would have been a seat for you here if this had been true of you: {criteria}.",
    "helps_any": "There would have been a seat for you here if any one of these had been true of you: {criteria}.",
    "another_lot": "Only a better lottery number would have given you a seat here.",
    "both": "Neither a better lottery number alone nor any one priority alone would have given you a seat here.",
    "waiting": "On its reserve list you are number {position} of {length}.",
    "waiting_reserve": "Of those who wait for seats reserved for “{criterion}” you are number {position} of {length}.",
    "no_priority": "without a priority",
}

RUSSIAN = {
    "seated": "Для вас есть место: {place}. Это ваше желание № {wish} из {wishes}.",
    "seated_reserve": "Это одно из мест, отведённых для категории «{criterion}».",
    "first": "Именно сюда вы хотели больше всего.",
    "none": "В этот раз там, куда вы просились, места для вас не нашлось. Нам очень жаль. Ниже — почему, по каждому месту.",
    "no_wishes": "Вы не назвали ни одного желания, поэтому предложить было нечего.",
    "lot": "Ваш номер в жеребьёвке: {lot} из {lots}. Чем он меньше, тем раньше ваша очередь.",
    "place": "{place}, ваше желание № {wish}.",
    "seats": "Всего мест: {seats}.",
    "kept": "Остались за теми, у кого они уже были: {kept}.",
    "reserve": "Отведено для категории «{criterion}»: {seats}; ею занято: {taken}.",
    "reserve_last": "Последнее из них досталось по основанию «{tier}», номер в жеребьёвке {lot}.",
    "yours": "Ваше основание — «{tier}», ваш номер в жеребьёвке {lot}.",
    "tier": "Последнее общее место досталось по основанию «{tier}», номер в жеребьёвке {lot}: это основание стоит раньше вашего.",
    "same": "Последнее общее место досталось по основанию «{tier}», такому же, как ваше, номер в жеребьёвке {lot}:"
    " он меньше вашего.",
    "none_open": "Общих мест не осталось: все они отведены для категорий или остались за теми, у кого уже были.",
    "split": "Места для всех вас сразу не нашлось, а вы просили не разлучать вас. Поэтому мы перешли к следующему желанию.",
    "helps": "Место здесь нашлось бы, если бы у вас было основание: {criteria}.",
    "helps_any": "Место здесь нашлось бы, если бы у вас было хотя бы одно из этих оснований: {criteria}.",
    "another_lot": "Здесь помог бы только меньший номер в жеребьёвке.",
    "both": "Ни меньший номер в жеребьёвке, ни какое-либо одно основание сами по себе места здесь не дали бы.",
    "waiting": "Ваш номер в листе ожидания: {position} из {length}.",
    "waiting_reserve": "Среди тех, кто ждёт мест для категории «{criterion}», ваш номер: {position} из {length}.",
    "no_priority": "без преимуществ",
}

GERMAN = {
    "seated": "Es gibt einen Platz für Sie: {place}. Es war Ihr Wunsch Nummer {wish} von {wishes}.",
    "seated_reserve": "Es ist einer der Plätze, die zuerst für „{criterion}“ da sind.",
    "first": "Es ist der Ort, den Sie am liebsten wollten.",
    "none": "Diesmal gab es an keinem der gewünschten Orte einen Platz. Das tut uns leid. Unten steht, warum, Ort für Ort.",
    "no_wishes": "Sie haben keinen Ort genannt, also konnten wir Ihnen keinen geben.",
    "lot": "Ihre Nummer im Los: {lot} von {lots}. Je kleiner sie ist, desto eher sind Sie an der Reihe.",
    "place": "{place}, Ihr Wunsch Nummer {wish}.",
    "seats": "Plätze: {seats}.",
    "kept": "Behalten von denen, die sie schon hatten: {kept}.",
    "reserve": "Zuerst für „{criterion}“: {seats}; davon von ihnen belegt: {taken}.",
    "reserve_last": "Der Letzte von ihnen kam als „{tier}“ an die Reihe, mit der Losnummer {lot}.",
    "yours": "Sie kamen als „{tier}“ an die Reihe, mit der Losnummer {lot}.",
    "tier": "Der letzte freie Platz ging an „{tier}“ mit der Losnummer {lot}: Das kommt vor Ihnen.",
    "same": "Der letzte freie Platz ging an „{tier}“ wie Sie, mit der Losnummer {lot}: Sie ist kleiner als Ihre.",
    "none_open": "Freie Plätze blieben nicht: Alle sind zuerst für andere da oder wurden behalten.",
    "split": "Für Sie alle zugleich war kein Platz, und Sie wollten zusammenbleiben. So kam Ihr nächster Wunsch an die Reihe.",
    "helps": "Hier hätte es einen Platz für Sie gegeben, wenn dies für Sie gälte: {criteria}.",
    "helps_any": "Hier hätte es einen Platz für Sie gegeben, wenn eines davon für Sie gälte: {criteria}.",
    "another_lot": "Hier hätte nur eine bessere Losnummer geholfen.",
    "both": "Weder eine bessere Losnummer allein noch ein Vorrang allein hätte hier geholfen.",
    "waiting": "Auf der Warteliste sind Sie Nummer {position} von {length}.",
    "waiting_reserve": "Unter denen, die auf Plätze für „{criterion}“ warten, sind Sie Nummer {position} von {length}.",
    "no_priority": "ohne Vorrang",
}

TEXTS: Mapping[str, Mapping[str, str]] = {DEFAULT: ENGLISH, "ru": RUSSIAN, "de": GERMAN}
