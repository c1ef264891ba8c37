using System.Diagnostics;
using System.Globalization;
using SharpFuzz;

namespace SidecarAspire.Fuzz;

/// <summary>A run of afl-fuzz.</summary>
internal static class FuzzRun
{
    /// <summary>Fuzzes a target.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="time">For how long.</param>
    /// <param name="output">Where the corpus and what is found are kept.</param>
    /// <returns>0 when every input held, 1 when one did not.</returns>
    public static int Start(string name, TimeSpan time, string output)
    {
        var (program, seeds, found) = (Path.Combine(output, name, "program"), Path.Combine(output, name, "seeds"), Path.Combine(output, name, "found"));
        foreach (var folder in new[] { program, seeds, found })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }

        for (var i = 0; i < Target.All[name].Seeds.Length; i++)
            File.WriteAllBytes(Path.Combine(seeds, $"{i}"), Target.Bytes(Target.All[name].Seeds[i]));

        // A copy, because the instrumentation is written into the assembly: what is built stays as it is.
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        Fuzzer.Instrument(Path.Combine(program, "Sidecar.Proxy.dll"), static type => type.StartsWith("Sidecar.Proxy.Http1.", StringComparison.Ordinal), Options.Value);

        string[] arguments =
        [
            "-i", seeds, "-o", found, "-V", ((int)time.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-t", "10000", "-m", "none", "-G", "1024",
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", Path.Combine(program, "SidecarAspire.Fuzz.dll"), name, "--child",
        ];
        var start = new ProcessStartInfo("afl-fuzz", arguments);
        foreach (var variable in new[] { "AFL_SKIP_BIN_CHECK", "AFL_SKIP_CPUFREQ", "AFL_NO_AFFINITY", "AFL_NO_UI", "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES" })
            start.Environment[variable] = "1";
        using (var afl = Process.Start(start)!)
            afl.WaitForExit();

        var results = Path.Combine(found, "default");
        var findings = new[] { "crashes", "hangs" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(results, folder), "id*")).ToList();
        var figures = File.ReadLines(Path.Combine(results, "fuzzer_stats")).Where(line => line.StartsWith("run_time", StringComparison.Ordinal) || line.StartsWith("execs_done", StringComparison.Ordinal) || line.StartsWith("corpus_count", StringComparison.Ordinal) || line.StartsWith("edges_found", StringComparison.Ordinal));
        Console.WriteLine(string.Join('\n', [$"{name}: {findings.Count} findings", .. figures, .. findings]));
        return findings.Count == 0 ? 0 : 1;
    }
}
