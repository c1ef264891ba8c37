namespace Aspire.Hosting.ApplicationModel;

/// <summary>An environment variable of a running resource.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
/// <param name="IsFromSpec">Whether AppHost.cs set it; otherwise it is inherited.</param>
public sealed record EnvironmentVariableSnapshot(string Name, string? Value, bool IsFromSpec)
{
    /// <summary>Whether the value contains a secret: it is then replaced before it leaves the process.</summary>
    internal bool IsSensitive { get; init; }
}
