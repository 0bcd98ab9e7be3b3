"""What went wrong where: classes of mistakes, their listing, slices."""
