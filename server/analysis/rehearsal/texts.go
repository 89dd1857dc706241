package rehearsal

var remarks = []string{
	"I walk there every morning and the path is under water.",
	"My neighbour Petrov parks his boat on the lawn.",
	"The bridge is closed to bicycles, that's a pity.",
	"What do the people of the islands say?",
	"We should hear the fishermen too.",
}

// ideas are in English and Russian by turns.
var ideas = []string{
	"Build a footpath along the whole river bank so that people can walk from the bridge to the harbour.",
	"Сделайте вдоль берега велодорожку, отделённую от пешеходов.",
	"Widen the footpath by the river and keep it free of parked cars.",
	"Велодорожка нужна по всей набережной, с мостом для велосипедов.",
	"Put my name, Anna Petrova, on the bench by the bridge.",
	"Постройте пешеходный мост на острова, чтобы не ждать парома.",
	"A bridge for pedestrians to the islands would replace the slow ferry.",
	"Посадите деревья на набережной: летом там нет тени.",
	"Plant more trees along the bank, there is no shade in summer.",
	"Больше деревьев и кустов у реки, меньше асфальта.",
	"Trees and meadows instead of the empty lawn near the harbour.",
	"Откройте детскую площадку рядом с причалом.",
	"A playground for small children near the pier, with a fence.",
	"Детская площадка должна быть и для подростков: скейтпарк, турники.",
	"Build a skate park and sports ground for teenagers under the bridge.",
	"Уберите парковку с берега, машины стоят прямо на траве.",
	"Remove the car park from the bank and give the space to people.",
	"Запретите парковку на набережной по выходным.",
	"Close the embankment to cars on weekends.",
	"Поставьте фонари: вечером на тропе темно и страшно.",
	"Better street lights on the path, it is dark and unsafe in the evening.",
	"Освещение вдоль реки с датчиками движения, чтобы не мешать птицам.",
	"Lights with motion sensors would keep the path safe and the birds undisturbed.",
	"Сделайте бесплатный туалет и питьевую воду у пляжа.",
	"Public toilets and drinking water at the beach, open all year.",
	"Чистый пляж: урны и уборка каждый день.",
	"Clean the beach every day and put up more bins.",
	"Разрешите купание и поставьте спасателей.",
	"Make the river clean enough to swim and hire lifeguards in summer.",
	"Велопарковки у причала и проката лодок.",
}

var nounPhrases = []string{
	"bank", "beach", "better street", "bins", "bridge", "cars", "footpath", "harbour", "lights", "motion sensors",
	"path", "people", "playground", "river", "skate park", "street lights", "toilets", "trees", "water",
}
