package protection

import "strings"

// Document is a page of facts in one language, for the screen and as a file.
type Document struct {
	Title    string    `json:"title"`
	Lead     []string  `json:"lead"`
	Sections []Section `json:"sections"`
}

// Section is a part of it: sentences, and a table under them or none.
type Section struct {
	Title string   `json:"title"`
	Text  []string `json:"text"`
	Table *Table   `json:"table,omitempty"`
}

// Table has as many cells in each row as in its head.
type Table struct {
	Head []string   `json:"head"`
	Rows [][]string `json:"rows"`
}

// Markdown writes the document as CommonMark with tables.
func (d *Document) Markdown() string {
	var b strings.Builder
	b.WriteString("# " + line(d.Title) + "\n")
	sentences(&b, d.Lead)
	for _, s := range d.Sections {
		b.WriteString("\n## " + line(s.Title) + "\n")
		sentences(&b, s.Text)
		if s.Table == nil {
			continue
		}
		b.WriteByte('\n')
		row(&b, s.Table.Head)
		b.WriteString(strings.Repeat("|---", len(s.Table.Head)) + "|\n")
		for _, r := range s.Table.Rows {
			row(&b, r)
		}
	}
	return b.String()
}

// sentences are a list where there are several.
func sentences(b *strings.Builder, list []string) {
	if len(list) == 0 {
		return
	}
	b.WriteByte('\n')
	for _, s := range list {
		if len(list) > 1 {
			b.WriteString("- ")
		}
		b.WriteString(line(s) + "\n")
	}
}

func row(b *strings.Builder, cells []string) {
	for _, c := range cells {
		b.WriteString("| " + line(c) + " ")
	}
	b.WriteString("|\n")
}

// line keeps titles that people gave from being read as marks of the format.
var plain = strings.NewReplacer("\n", " ", "\r", " ", "|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "#", `\#`)

func line(s string) string { return plain.Replace(s) }
