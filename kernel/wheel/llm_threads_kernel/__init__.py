"""What Python knows of the kernel for Java: how its JVM is found and started."""
