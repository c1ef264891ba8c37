namespace Aspire.Hosting.Bundle;

/// <summary>Aspire's orchestrator and dashboard, as the Aspire CLI unpacks them.</summary>
/// <param name="DcpPath">The orchestrator's program.</param>
/// <param name="DashboardPath">The program whose command <c>dashboard</c> is the dashboard.</param>
/// <param name="Version">The Aspire version it belongs to; <c>unknown</c> when a folder was named and its name does not say.</param>
internal sealed record AspireBundle(string DcpPath, string DashboardPath, string Version)
{
    /// <summary>The bundle in a folder; null when a program is missing.</summary>
    public static AspireBundle? In(string folder, string version)
    {
        var bundle = Layout(folder, version);
        return File.Exists(bundle.DcpPath) && File.Exists(bundle.DashboardPath) ? bundle : null;
    }

    /// <summary>Where the programs of a bundle in this folder would be.</summary>
    public static AspireBundle Layout(string folder, string version)
    {
        var extension = OperatingSystem.IsWindows() ? ".exe" : string.Empty;
        return new AspireBundle(
            Path.Combine(folder, "dcp", "dcp" + extension),
            Path.Combine(folder, "managed", "aspire-managed" + extension),
            version);
    }
}
