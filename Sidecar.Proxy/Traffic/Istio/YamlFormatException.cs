namespace Sidecar.Proxy.Traffic.Istio;

/// <summary>A text is not YAML, or more of YAML than is read here.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="message">What is wrong.</param>
internal sealed class YamlFormatException(long line, string message) : Exception(message)
{
    /// <summary>The line, from 1.</summary>
    public long Line { get; } = line;
}
