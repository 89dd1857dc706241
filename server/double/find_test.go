package double

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFind(t *testing.T) {
	const address = "ул. Лесная, д. 5, кв. 12"
	for _, c := range []struct {
		name string
		a, b Person
		want Why
	}{
		{"one name and year", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Сидорова  АННА", Birth: "03.05.1980"}, SameName},
		{"one name, another year", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Анна Сидорова", Birth: "1981"}, 0},
		{"one name, one year unknown", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Анна Сидорова"}, SameName},
		{"letters that look alike", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Aннa Cидopoвa", Birth: "1980"}, SameName},
		{"another alphabet", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Anna Sidorova", Birth: "1980-03-05"}, SameName},
		{"another spelling", Person{Name: "Юлия Щербакова", Birth: "1980"}, Person{Name: "Yulia Shcherbakova", Birth: "1980"}, SameName},
		{"yo", Person{Name: "Пётр Королёв", Birth: "1980"}, Person{Name: "Петр Королев", Birth: "1980"}, SameName},
		{"marks", Person{Name: "José Núñez", Birth: "1980"}, Person{Name: "Jose Nunez", Birth: "1980"}, SameName},
		{"a typing slip", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Анна Сидорвоа", Birth: "1980"}, NearName},
		{"a letter less", Person{Name: "Marta Kowalska", Birth: "1980"}, Person{Name: "Marta Kowalka", Birth: "1980"}, NearName},
		{"a middle name less", Person{Name: "Иван Петрович Орлов", Birth: "1980"}, Person{Name: "Орлов Иван", Birth: "1980"}, NearName},
		{"a slip without a year", Person{Name: "Анна Сидорова"}, Person{Name: "Анна Сидорвоа"}, 0},
		{"a slip and another year", Person{Name: "Анна Сидорова", Birth: "1980"}, Person{Name: "Анна Сидорвоа", Birth: "1990"}, 0},
		{"one phone", Person{Name: "Anna", Phone: "+7 (495) 123-45-67"}, Person{Name: "Boris", Phone: "8 495 1234567"}, SamePhone},
		{"another phone", Person{Phone: "+7 495 123-45-67"}, Person{Phone: "+7 495 123-45-68"}, 0},
		{"one address written anew", Person{Name: "Анна Сидорова", Address: address}, Person{Name: "Ана Сидорова", Address: "Лесная улица... 5-12"}, SameName | SameAddress},
		{"one address written alike", Person{Name: "Анна Сидорова", Address: address}, Person{Name: "Ана Сидорвоа", Address: "Лесная 5, 12"}, SameAddress},
		{"one address in two fashions", Person{Name: "Anna Ladova", Address: "Forest Street 5, flat 12"}, Person{Name: "Ana Ladova", Address: "forest st. 5/12"}, SameName | SameAddress},
		{"a household", Person{Name: "Анна Сидорова", Address: address}, Person{Name: "Иван Сидоров", Address: address}, 0},
		{"father and son", Person{Name: "Иван Орлов", Birth: "1950", Address: address}, Person{Name: "Иван Орлов", Birth: "1980", Address: address}, 0},
		{"one mailbox", Person{Mail: "Anna.Sidorova@gmail.com"}, Person{Mail: "annasidorova+veche@googlemail.com"}, SameMail},
		{"dots that count", Person{Mail: "anna.s@example.org"}, Person{Mail: "annas@example.org"}, 0},
		{"no address of mail", Person{Mail: "+1@example.org"}, Person{Mail: "+2@example.org"}, 0},
		{"no name, one address, the same answers", Person{Address: address, Answers: "a"}, Person{Name: "Анна Сидорова", Address: address, Answers: "a"}, SameAnswers},
		{"no name, one address, other answers", Person{Address: address, Answers: "a"}, Person{Address: address, Answers: "b"}, 0},
		{"a household that answers alike", Person{Name: "Анна Сидорова", Address: address, Answers: "a"}, Person{Name: "Иван Сидоров", Address: address, Answers: "a"}, 0},
		{"two first names alone", Person{Name: "Анна", Birth: "1980"}, Person{Name: "Анна", Birth: "1980"}, 0},
		{"nothing known", Person{}, Person{}, 0},
	} {
		c.a.Number, c.b.Number = 7, 3
		got := Find([]Person{c.a, c.b})
		var why Why
		if len(got) > 0 {
			why = got[0].Why
			if len(got) != 1 || got[0].A != 3 || got[0].B != 7 {
				t.Errorf("%s: %v", c.name, got)
			}
		}
		if why != c.want {
			t.Errorf("%s: %v, want %v", c.name, why.Names(), c.want.Names())
		}
	}
}

// What is found does not depend on the order of the people, and each pair stands once.
func TestFindInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		words := rapid.SampledFrom([]string{"", "Anna", "Ana", "Анна", "Sidorova", "Сидорова", "Сидорвоа", "Boris"})
		var people []Person
		for i := range rapid.IntRange(0, 30).Draw(rt, "people") {
			people = append(people, Person{Number: uint64(i + 1), Name: words.Draw(rt, "first") + " " + words.Draw(rt, "last"), Birth: rapid.SampledFrom([]string{"", "1980", "1981"}).Draw(rt, "born"), Phone: rapid.SampledFrom([]string{"", "5551234", "5551235"}).Draw(rt, "phone")})
		}
		first := Find(people)
		mixed := rapid.Permutation(people).Draw(rt, "mixed")
		if again := Find(mixed); !slices.Equal(first, again) {
			rt.Fatalf("%v, then %v", first, again)
		}
		for i, p := range first {
			if p.A >= p.B || p.Why == 0 || i > 0 && first[i-1].A == p.A && first[i-1].B == p.B {
				rt.Fatalf("pair %d is %+v", i, p)
			}
		}
	})
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Анна Сидорова", "Aннa", "O’Neill", "\xff\xfe", "ШЩ", strings.Repeat("ж", 200)} {
		f.Add(s, s+"x")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		named := func(s string) *known { return &known{parts: fold(s), whole: strings.Join(fold(s), " ")} }
		if x, y := near(named(a), named(b)), near(named(b), named(a)); x != y {
			t.Errorf("%q is near %q: %v, and the other way %v", a, b, x, y)
		}
		if len(fold(a)) > 1 && !near(named(a), named(a)) && len(strings.Join(fold(a), " ")) < 64 {
			t.Errorf("%q is not near itself", a)
		}
	})
}

// city is n people and the pairs planted among them: every hundredth applied twice,
// with a slip, in another alphabet, with the parts of the name in another order.
func city(n int) (people []Person, planted map[[2]uint64]bool) {
	r := rand.New(rand.NewPCG(8, 8))
	syllables := []string{"ан", "бо", "ве", "гле", "да", "жан", "за", "иль", "кор", "лео", "мар", "ник", "оль", "пет", "рус", "сви", "тар", "ус", "фёд", "хар"}
	word := func(k int, end string) string {
		s := ""
		for range k {
			s += syllables[r.IntN(len(syllables))]
		}
		return strings.ToUpper(s[:2]) + s[2:] + end
	}
	first, last := make([]string, 400), make([]string, 20_000)
	for i := range first {
		first[i] = word(1+r.IntN(2), "а")
	}
	for i := range last {
		last[i] = word(2+r.IntN(2), "ова")
	}
	planted = map[[2]uint64]bool{}
	for i := range n {
		p := Person{Number: uint64(i + 1), Name: first[r.IntN(len(first))] + " " + last[r.IntN(len(last))], Birth: fmt.Sprint(1940 + r.IntN(66)), Phone: fmt.Sprintf("+7 %010d", r.Int64N(1e10)), Address: fmt.Sprintf("ул. %s, %d, %d", last[r.IntN(2000)], 1+r.IntN(60), 1+r.IntN(200))}
		if i%100 == 99 {
			like := people[i-50]
			switch i / 100 % 4 {
			case 0:
				name := []rune(like.Name)
				at := len(name) - 2
				name[at], name[at-1] = name[at-1], name[at]
				p.Name, p.Birth = string(name), like.Birth
			case 1:
				p.Name, p.Birth = strings.Join(fold(like.Name), " "), like.Birth
			case 2:
				given, family, _ := strings.Cut(like.Name, " ")
				p.Name, p.Birth = family+" "+given, like.Birth
			case 3:
				p.Phone = "8" + like.Phone[3:]
			}
			planted[[2]uint64{like.Number, p.Number}] = true
		}
		people = append(people, p)
	}
	return people, planted
}

// Nearly all that was planted is found, and few others are shown with it.
func TestFindsPlanted(t *testing.T) {
	people, planted := city(50_000)
	found := Find(people)
	hits := 0
	for _, p := range found {
		if planted[[2]uint64{p.A, p.B}] {
			hits++
		}
	}
	if hits*1000 < 995*len(planted) || len(found) > 4*len(planted) {
		t.Errorf("%d of %d planted doubles found, %d pairs shown", hits, len(planted), len(found))
	}
}

// BenchmarkMillion searches 1,000,000 people; it reports how many of the planted
// doubles were found.
func BenchmarkMillion(b *testing.B) {
	people, planted := city(1_000_000)
	for b.Loop() {
		found := Find(people)
		hits := 0
		for _, p := range found {
			if planted[[2]uint64{p.A, p.B}] {
				hits++
			}
		}
		b.ReportMetric(float64(hits)/float64(len(planted)), "found/planted")
		b.ReportMetric(float64(len(found)), "pairs")
	}
}
