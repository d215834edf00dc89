"""What those see who work for the city: their queue, a case with what it rests on, visitors at the counter, the content in force,
what is stuck, and how the work goes. What each may do is decided by engines.handling, counter and emergency."""
