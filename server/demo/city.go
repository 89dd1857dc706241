package demo

import "fmt"

// Lang is a language that the made data is written in.
type Lang string

// The languages of Veligrad.
const (
	Russian Lang = "ru"
	English Lang = "en"
)

func (l Lang) check() error {
	if l != Russian && l != English {
		return fmt.Errorf("demo: language %q: only %q and %q are written", l, Russian, English)
	}
	return nil
}

// label is one thing's name in both languages.
type label struct{ en, ru string }

func (n label) in(l Lang) string {
	if l == Russian {
		return n.ru
	}
	return n.en
}

func labels(list []label, l Lang) []string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = n.in(l)
	}
	return out
}

// Feature numbers, in the order of the form and of the CSV columns.
const (
	Gender = iota
	Age
	District
	Education
	Housing
	FeatureCount
)

// Feature is one categorical question of the application form.
type Feature struct {
	Name    string   // column name, the same in both languages
	Label   string   // what the form asks
	Options []string // values by number
}

type featureText struct {
	name    string
	label   label
	options []label
}

var features = [FeatureCount]featureText{
	{"gender", label{"Gender", "Пол"}, []label{
		{"woman", "женщина"}, {"man", "мужчина"}, {"another", "другое"}}},
	{"age", label{"Age", "Возраст"}, []label{
		{"16-24", "16-24"}, {"25-34", "25-34"}, {"35-44", "35-44"},
		{"45-54", "45-54"}, {"55-64", "55-64"}, {"65+", "65+"}}},
	{"district", label{"District", "Район"}, []label{
		{"Stary Torg", "Старый Торг"}, {"Zarechye", "Заречье"}, {"Zavodskoy", "Заводской"},
		{"Sloboda", "Слобода"}, {"Severny", "Северный"}, {"Sosnovka", "Сосновка"},
		{"Vokzalny", "Вокзальный"}, {"Universitetsky", "Университетский"},
		{"Novy Gorod", "Новый Город"}, {"Pristan", "Пристань"}}},
	{"education", label{"Education", "Образование"}, []label{
		{"basic", "основное"}, {"secondary", "среднее"},
		{"vocational", "профессиональное"}, {"higher", "высшее"}}},
	{"housing", label{"Housing", "Жильё"}, []label{
		{"own home", "своё"}, {"rented", "съёмное"},
		{"with family or in a hostel", "у родных или в общежитии"}}},
}

var interests = []label{
	{"transport and roads", "транспорт и дороги"},
	{"walking and cycling", "пешком и на велосипеде"},
	{"parks and trees", "парки и деревья"},
	{"homes and courtyards", "дома и дворы"},
	{"health and care", "здоровье и забота"},
	{"schools, culture and youth", "школы, культура и молодёжь"},
	{"air, water and waste", "воздух, вода и отходы"},
	{"city services online", "городские услуги онлайн"},
}

var sessions = []label{
	{"Saturday morning", "суббота, утро"},
	{"Wednesday evening", "среда, вечер"},
	{"Thursday daytime", "четверг, день"},
}

// The streets of each district, by district number; the texts name them too.
var streets = [...][]label{
	{{"Zvonarnaya St", "Звонарная ул."}, {"Kuznechnaya St", "Кузнечная ул."}, {"Goncharnaya St", "Гончарная ул."}, {"Monastyrsky Spusk", "Монастырский спуск"}, {"Vechevaya Sq", "Вечевая пл."}},
	{{"Mostovaya St", "Мостовая ул."}, {"Zarechnaya Line", "Заречная линия"}, {"Ivovaya St", "Ивовая ул."}, {"Lodochnaya St", "Лодочная ул."}, {"Lugovaya St", "Луговая ул."}, {"Parusny Lane", "Парусный пер."}},
	{{"Masters Ave", "пр. Мастеров"}, {"Liteynaya St", "Литейная ул."}, {"Pervykh Stroiteley St", "ул. Первых Строителей"}, {"Formovochnaya St", "Формовочная ул."}, {"Prokatnaya St", "Прокатная ул."}, {"Smena St", "ул. Смены"}},
	{{"Bondarnaya St", "Бондарная ул."}, {"Yamskaya St", "Ямская ул."}, {"Ogorodnaya St", "Огородная ул."}, {"Medovy Lane", "Медовый пер."}, {"Vishnyovaya St", "Вишнёвая ул."}},
	{{"Severnoye Ring", "Северное кольцо"}, {"Polyarnaya St", "Полярная ул."}, {"Zimnyaya St", "Зимняя ул."}, {"Snezhnaya St", "Снежная ул."}, {"Pilotov St", "ул. Пилотов"}, {"Tishiny Blvd", "бульвар Тишины"}},
	{{"Sosnovoye Highway", "Сосновое шоссе"}, {"Smolyanaya St", "Смоляная ул."}, {"Khvoynaya St", "Хвойная ул."}, {"Lesopilnaya St", "Лесопильная ул."}, {"Gribnoy Lane", "Грибной пер."}},
	{{"Privokzalnaya Sq", "Привокзальная пл."}, {"Stantsionnaya St", "Станционная ул."}, {"Dorozhnaya St", "Дорожная ул."}, {"Strelochnaya St", "Стрелочная ул."}, {"Bagazhny Lane", "Багажный пер."}},
	{{"Akademika Vetrova St", "ул. Академика Ветрова"}, {"Studencheskaya Alley", "Студенческая аллея"}, {"Lipovaya Alley", "Липовая аллея"}, {"Lektsionnaya St", "Лекционная ул."}, {"Opytnaya St", "Опытная ул."}},
	{{"Horizont Ave", "пр. Горизонт"}, {"Yuzhny Veter St", "ул. Южный Ветер"}, {"Kryshi St", "ул. Крыши Мира"}, {"Novosyolov St", "ул. Новосёлов"}, {"Raduzhnaya St", "Радужная ул."}, {"Molodyozhny Passage", "Молодёжный проезд"}},
	{{"Paromnaya St", "Паромная ул."}, {"Prichalnaya St", "Причальная ул."}, {"Kanatnaya St", "Канатная ул."}, {"Rybny Lane", "Рыбный пер."}, {"Mayachnaya St", "Маячная ул."}},
}

// Name is the made city's name in language l.
func Name(l Lang) string { return label{"Veligrad", "Велиград"}.in(l) }

// Features returns the form's features in language l, in the order of the
// feature numbers; the caller may change what it gets.
func Features(l Lang) []Feature {
	out := make([]Feature, FeatureCount)
	for i, f := range features {
		out[i] = Feature{f.name, f.label.in(l), labels(f.options, l)}
	}
	return out
}

// Interests, Sessions and Languages return the form's other options; bit i
// of a Person's mask stands for option i.
func Interests(l Lang) []string { return labels(interests, l) }

// Sessions returns the meetings that one can attend.
func Sessions(l Lang) []string { return labels(sessions, l) }

// Languages returns the codes of the languages that one can debate in.
func Languages() []string { return []string{string(Russian), string(English)} }
