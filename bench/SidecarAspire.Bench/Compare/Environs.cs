namespace SidecarAspire.Bench.Compare;

/// <summary>What is the same for all proxies of a run.</summary>
/// <param name="Sidecar">The sidecar's published program.</param>
/// <param name="Credentials">Certificates and tokens.</param>
/// <param name="Apps">What runs in this process.</param>
internal sealed record Environs(string Sidecar, Credentials Credentials, LocalApps Apps);
