package nlp

import "math"

const mapRounds = 200 // of the power method; clusters are few

// layout puts clusters on a plane, like ones close together: classical
// scaling (Torgerson 1952) of the cosines between their middles, that is,
// the two leading eigenvectors of the doubly centred matrix. Coordinates
// are −1…1; a cluster without a middle lies at the centre. O(k²·d).
func layout(middle *centroids) [][2]float64 {
	k := middle.k
	at := make([][2]float64, k)
	matrix, mean, all := make([]float64, k*k), make([]float64, k), 0.0
	for i := range k {
		for j := range k {
			matrix[i*k+j] = float64(dot(middle.row(i), middle.row(j)))
			mean[i] += matrix[i*k+j] / float64(k)
		}
		all += mean[i] / float64(k)
	}
	for i := range k {
		for j := range k {
			matrix[i*k+j] += all - mean[i] - mean[j]
		}
	}
	for axis := range 2 {
		vector, value := leading(matrix, k)
		widest, side := 0.0, 1.0
		for _, v := range vector {
			if math.Abs(v) > widest {
				widest, side = math.Abs(v), math.Copysign(1, v)
			}
		}
		for i, v := range vector {
			if widest > 0 && middle.live[i] {
				at[i][axis] = side * v / widest
			}
			for j, w := range vector {
				matrix[i*k+j] -= float64(value * float64(v*w))
			}
		}
	}
	return at
}

// MapPlace is where a cluster lay on the map of an earlier run.
type MapPlace struct {
	Cluster int
	At      [2]float64
}

// steady turns and mirrors places so that clusters lie as near as can be to
// where they lay before (orthogonal Procrustes), so that a reader finds them
// again. ids are the clusters' numbers. With fewer than two old places that
// differ nothing is turned.
func steady(at [][2]float64, ids []int, before []MapPlace) {
	// Sums over the pairs: of products as they are, and with one axis mirrored.
	var along, across, mirrored, skewed float64
	for _, b := range before {
		for j, id := range ids {
			if id != b.Cluster {
				continue
			}
			x, y, u, v := at[j][0], at[j][1], b.At[0], b.At[1]
			along += float64(x*u) + float64(y*v)
			across += float64(x*v) - float64(y*u)
			mirrored += float64(x*u) - float64(y*v)
			skewed += float64(x*v) + float64(y*u)
		}
	}
	turn := math.Sqrt(float64(along*along) + float64(across*across))
	flip := math.Sqrt(float64(mirrored*mirrored) + float64(skewed*skewed))
	if max(turn, flip) < 1e-9 {
		return
	}
	widest := 1.0
	for j, p := range at {
		x, y := p[0], p[1]
		if turn >= flip {
			c, s := along/turn, across/turn
			at[j] = [2]float64{float64(c*x) - float64(s*y), float64(s*x) + float64(c*y)}
		} else {
			c, s := mirrored/flip, skewed/flip
			at[j] = [2]float64{float64(c*x) + float64(s*y), float64(s*x) - float64(c*y)}
		}
		widest = max(widest, math.Abs(at[j][0]), math.Abs(at[j][1]))
	}
	for j := range at {
		at[j][0] /= widest
		at[j][1] /= widest
	}
}

// leading is the leading eigenvector of a symmetric matrix without negative
// eigenvalues of size, by the power method, and its eigenvalue; zeros where
// the matrix is zero.
func leading(matrix []float64, k int) ([]float64, float64) {
	r := random{1}
	vector, next := make([]float64, k), make([]float64, k)
	for i := range vector {
		vector[i] = float64(r.unitFloat()) - 0.5
	}
	value := 0.0
	for range mapRounds {
		length := 0.0
		for i := range next {
			sum := 0.0
			for j, v := range vector {
				sum += float64(matrix[i*k+j] * v)
			}
			next[i] = sum
			length += float64(sum * sum)
		}
		if length = math.Sqrt(length); length < 1e-9 {
			clear(vector)
			return vector, 0
		}
		for i := range next {
			vector[i] = next[i] / length
		}
		value = length
	}
	return vector, value
}
