using System.Globalization;

namespace SidecarAspire.Bench.Compare;

/// <summary>Where it was measured, for the head of a report.</summary>
internal static class Machine
{
    public static string Describe()
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "an unnamed processor";
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var pinned = Cores.ArePinned ? "the proxy on one core, clients and application on another" : "nothing pinned";
        return string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessorCount} cores ({model}), Linux {Environment.OSVersion.Version}, .NET {Environment.Version}, load {load} at the start, {pinned}.");
    }
}
