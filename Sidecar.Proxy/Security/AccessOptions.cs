namespace Sidecar.Proxy.Security;

/// <summary>Who may.</summary>
public sealed record AccessOptions
{
}
