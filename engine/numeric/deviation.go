package numeric

// variance is [Moments.Variance] of count values with this sum and sum of squares.
func variance(z *Decimal, count int64, sum, squares *Decimal, sample, root bool) (bool, error) {
	if count == 0 || sample && count == 1 {
		return false, nil
	}
	if !finite(sum) || !finite(squares) {
		setNaN(z)
		return true, nil
	}
	var n, numerator, denominator, square Decimal
	SetInt64(&n, count)
	// (n·Σx² - (Σx)²) / (n·(n - 1)), or over n²
	err := Mul(&square, sum, sum)
	if err == nil {
		err = Mul(&numerator, &n, squares)
	}
	if err == nil {
		err = Sub(&numerator, &numerator, &square)
	}
	if err != nil {
		return false, err
	}
	if sign(&numerator) <= 0 {
		SetInt64(z, 0)
		return true, nil
	}
	SetInt64(&denominator, count)
	if sample {
		SetInt64(&denominator, count-1)
	}
	if err := Mul(&denominator, &denominator, &n); err != nil {
		return false, err
	}
	scale := quotientScale(&numerator, &denominator)
	divide(z, &numerator, &denominator, scale)
	if root {
		return true, sqrt(z, z, scale)
	}
	return true, finish(z)
}
