package demo

import "fmt"

var (
	givenNames  = []string{"Anna", "Boris", "Vera", "Gleb", "Daria", "Yegor", "Zhanna", "Zakhar", "Inna", "Kirill", "Larisa", "Maxim", "Nina", "Oleg", "Polina", "Roman"}
	familyNames = []string{"Ladova", "Berezin", "Chernykh", "Dolgikh", "Yermak", "Zhuk", "Zaitsev", "Ilyin", "Kovalenko", "Lisitsa", "Moroz", "Novak", "Osipenko", "Pavlenko", "Ryabko", "Savchuk", "Tkach", "Ulyanko", "Frolenko", "Kharchenko", "Tsvetik", "Chaika", "Shevchuk", "Shchuka", "Yashchenko"}
)

// Contact is what the registrar's file says of applicant i besides their answers: two
// people applied twice, one in another alphabet, one with another name.
func Contact(i int) (name, phone string) {
	name = givenNames[i%len(givenNames)] + " " + familyNames[i/len(givenNames)%len(familyNames)]
	phone = fmt.Sprintf("+7 900 555-%02d-%02d", i/100%100, i%100)
	switch i {
	case 17:
		name = "Ладова Анна" // applicant 0
	case 40:
		_, phone = Contact(23)
	}
	if i >= len(givenNames)*len(familyNames) {
		name = fmt.Sprintf("%s the %dth", name, i)
	}
	return name, phone
}
