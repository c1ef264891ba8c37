namespace SidecarAspire.Hosting.Model;

/// <summary>Where a Service is dialled.</summary>
internal sealed record ServiceAddress(string Host, int Port);
