package demo

// Answer is what the made city replies to a proposal, and how it went on.
type Answer struct {
	Cost        string
	Decision    string // accepted, partly, no; "" not answered yet
	Reason      string
	Budget      string
	Responsible string
	Status      string // planned, started, done, stopped; "" no news
	Note        string
}

// Answers are the made city's replies, for its most supported proposals.
func Answers(l Lang) []Answer {
	if l == Russian {
		return []Answer{
			{"4,2 млн в год", "accepted", "Предложение поддержало большинство за всеми столами, деньги в бюджете следующего года есть.", "4,2 млн в год", "Управление транспорта", "started", "Подрядчик выбран, работы начались в двух районах."},
			{"", "partly", "Начнём с трёх районов, где обращений больше всего; остальные — после проверки, что это помогает.", "1,5 млн", "Управление благоустройства", "planned", "Список адресов опубликован, замечания принимаются до конца месяца."},
			{"", "no", "Это решает не город, а область. Мы передали предложение областной думе и сообщим её ответ.", "", "", "", ""},
			{"300 тыс.", "accepted", "Денег нужно немного, польза видна сразу.", "300 тыс.", "Администрации районов", "done", "Сделано во всех районах."},
			{},
		}
	}
	return []Answer{
		{"4.2 million a year", "accepted", "Most people at every table supported it, and next year's budget has the money.", "4.2 million a year", "Transport office", "started", "A contractor has been chosen; work has begun in two districts."},
		{"", "partly", "We begin with the three districts that asked most, and go on once we have seen that it helps.", "1.5 million", "Streets office", "planned", "The list of places is public; remarks are welcome until the end of the month."},
		{"", "no", "This is the region's to decide, not the city's. We have passed it on and will publish the reply.", "", "", "", ""},
		{"300,000", "accepted", "It costs little and helps at once.", "300,000", "District offices", "done", "Done in every district."},
		{},
	}
}
