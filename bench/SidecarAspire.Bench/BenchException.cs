namespace SidecarAspire.Bench;

/// <summary>A measurement that cannot be made; the message is the line to print.</summary>
internal sealed class BenchException(string message) : Exception(message);
