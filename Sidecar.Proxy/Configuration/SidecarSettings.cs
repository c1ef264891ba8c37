namespace Sidecar.Proxy.Configuration;

/// <summary>The configuration in force. A request takes <see cref="Current"/> once and keeps it to its end.</summary>
/// <param name="options">The configuration the sidecar starts with.</param>
public sealed class SidecarSettings(SidecarOptions options)
{
    private volatile SidecarOptions _current = options;

    /// <summary>The snapshot in force.</summary>
    public SidecarOptions Current => _current;
}
