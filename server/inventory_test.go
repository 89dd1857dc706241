package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"veche/server/privacy"
)

// Every field that holds something about a person names its class, and every
// class is named by a field.
func TestInventory(t *testing.T) {
	fields, err := Inventory()
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]int{}
	for _, f := range fields {
		named[f.Class]++
	}
	for _, c := range privacy.Classes {
		if named[c.Name] == 0 {
			t.Errorf("no field is of the class %q", c.Name)
		}
	}
	t.Logf("%d fields in %d classes: %v", len(fields), len(named), named)
}

// inventoried are the packages whose written types all name classes, and of the
// interface the files that tell of single people.
var inventoried = map[string][]string{
	"identity": nil, "privacy": nil, "mail": nil, "subject": nil, "journal": nil, "topic": nil, "live/protocol": nil,
	"api": {
		"account.go", "appeal.go", "application.go", "case.go", "coauthor.go", "disclosure.go", "double.go", "flag.go", "idea.go", "mask.go", "paper.go", "people.go", "poll_option.go",
		"pool.go", "question.go", "reaction.go", "report.go", "room.go", "sanction.go", "seat.go", "session.go", "signin.go", "subject.go", "trouble.go",
	},
}

// What reflection does not reach, such as a type that is only written inside a
// function, names its classes too.
func TestInventoryMissesNoType(t *testing.T) {
	found := 0
	for dir, only := range inventoried {
		files := token.NewFileSet()
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || only != nil && !slices.Contains(only, e.Name()) {
				continue
			}
			p, err := parser.ParseFile(files, filepath.Join(dir, e.Name()), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(p, func(n ast.Node) bool {
				x, ok := n.(*ast.StructType)
				if !ok {
					return true
				}
				for _, f := range untagged(x) {
					at := files.Position(f.Pos())
					t.Errorf("%s:%d: a field of text, bytes or time is written and names no class of personal data: add class:%q or that of privacy.Classes which it holds",
						filepath.ToSlash(at.Filename), at.Line, privacy.None)
				}
				found += len(x.Fields.List)
				return true
			})
		}
	}
	if found < 1000 {
		t.Errorf("only %d fields were looked at", found)
	}
}

// untagged are the fields of a struct that are written as JSON and should name a
// class.
func untagged(x *ast.StructType) (list []*ast.Field) {
	for _, f := range x.Fields.List {
		if f.Tag == nil {
			continue
		}
		text, err := strconv.Unquote(f.Tag.Value)
		if err != nil {
			continue
		}
		tag := reflect.StructTag(text)
		if _, written := tag.Lookup("json"); !written || !told(f.Type) {
			continue
		}
		if class := tag.Get("class"); class != privacy.None && privacy.ClassOf(class) == nil {
			list = append(list, f)
		}
	}
	return list
}

// told says that an expression is a type of text, bytes or time.
func told(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name == "string" || x.Name == "byte"
	case *ast.StarExpr:
		return told(x.X)
	case *ast.ArrayType:
		return told(x.Elt)
	case *ast.MapType:
		return told(x.Value)
	case *ast.SelectorExpr:
		return x.Sel.Name == "Time"
	}
	return false
}
