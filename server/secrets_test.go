package server

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// secretNames are what secrets are called where they are compared.
var secretNames = regexp.MustCompile(`(?i)(secret|token|digits|link|browser|cookie|passphrase|password|recovery|nonce|mac|digest|given|code|word)$`)

// inTheOpen are the comparisons of things with such names that need no constant
// time, by folder and function, with the reason.
var inTheOpen = map[string]string{
	"api decisionsOf": "an erased text's digest, which stands in the log",
	"api erased":      "an erased text's digest, which stands in the log",
	"api API.inStage": problemCode, "api refuse": problemCode, "api problemOf": problemCode, ". Server.troubles": problemCode, ". troubleGauge.Collect": problemCode,
}

const problemCode = "the code of a kind of problem"

// Secrets are compared in constant time, and nowhere else: whoever measures how
// long a refusal takes learns nothing of how much of a guess was right. What is
// found by a secret is found by its hash, which no guess comes near step by step.
func TestSecretsAreComparedInConstantTime(t *testing.T) {
	fset := token.NewFileSet()
	found, constant := map[string]bool{}, 0
	for _, folder := range []string{"identity", "privacy", "api", "mail", "subject", "backup", "notary", "."} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != folder:
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(fset, path, nil, 0)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok {
					continue
				}
				where := folder + " "
				if fn.Recv != nil {
					where += receiver(fn.Recv.List[0].Type) + "."
				}
				where += fn.Name.Name
				ast.Inspect(fn, func(n ast.Node) bool {
					var sides []ast.Expr
					switch n := n.(type) {
					case *ast.BinaryExpr:
						if n.Op == token.EQL || n.Op == token.NEQ {
							sides = []ast.Expr{n.X, n.Y}
						}
					case *ast.CallExpr:
						fun, _ := n.Fun.(*ast.SelectorExpr)
						if fun == nil {
							return true
						}
						switch dotted(fun) {
						case "subtle.ConstantTimeCompare", "hmac.Equal":
							constant++
						case "bytes.Equal", "bytes.Compare", "slices.Equal", "strings.EqualFold", "strings.Compare":
							sides = n.Args
						}
					}
					if slices.ContainsFunc(sides, fixed) || !slices.ContainsFunc(sides, named) {
						return true
					}
					found[where] = true
					if inTheOpen[where] == "" {
						t.Errorf("%s: %s compares what is called as secrets are: use subtle.ConstantTimeCompare, or say here why not", fset.Position(n.Pos()), where)
					}
					return true
				})
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for where := range inTheOpen {
		if !found[where] {
			t.Errorf("%s compares nothing of the kind any more: take it out here", where)
		}
	}
	if constant < 6 {
		t.Errorf("%d comparisons in constant time were found, there were 6", constant)
	}
}

// fixed says that an operand stands in the program: a literal, nil, or a constant
// of another package.
func fixed(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.Ident:
		return e.Name == "nil" || e.Name == "true" || e.Name == "false"
	case *ast.CompositeLit:
		return len(e.Elts) == 0
	case *ast.ParenExpr:
		return fixed(e.X)
	}
	return false
}

func named(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident:
		return secretNames.MatchString(e.Name)
	case *ast.SelectorExpr:
		return secretNames.MatchString(e.Sel.Name)
	case *ast.SliceExpr:
		return named(e.X)
	case *ast.IndexExpr:
		return named(e.X)
	case *ast.ParenExpr:
		return named(e.X)
	case *ast.CallExpr:
		return slices.ContainsFunc(e.Args, named)
	}
	return false
}
