using System.Diagnostics;
using System.Globalization;
using SidecarProcess = SidecarAspire.DataPlane.Sidecar;

namespace SidecarAspire.MixUp;

/// <summary>All of it: a sidecar, its application and the clients.</summary>
internal static class Run
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(10);

    public static async Task<int> AsyncOf(int requests, int clients, int seed, string? program, (string Name, string Value)[] settings)
    {
        var tally = new Tally();
        using var app = new App(tally);
        // Nobody is to be given up for being slow on a busy machine.
        using var sidecar = await SidecarProcess.StartAsync(app.Url, "None", program: program, settings: [("Sidecar__Limits__HalfCloseTimeout", "60s"), .. settings]);
        Console.WriteLine($"{requests} requests of {clients} clients, seed {seed}");
        var watch = Stopwatch.StartNew();
        using var progress = new Timer(_ => Print(tally, watch.Elapsed), null, ProgressInterval, ProgressInterval);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => new Client(number, (requests / clients) + (number < requests % clients ? 1 : 0), seed, sidecar.Port, tally).RunAsync())));
        var took = watch.Elapsed;
        await progress.DisposeAsync();
        var exitCode = await sidecar.StopAsync();

        Print(tally, took);
        foreach (var what in tally.MixUps.Concat(tally.Lost).Take(10))
            Console.WriteLine($"  {what}");
        if (exitCode != 0)
            Console.WriteLine($"  the sidecar ended with {exitCode}");
        return tally.MixUps.Count + tally.Lost.Count + exitCode == 0 ? 0 : 1;
    }

    private static void Print(Tally tally, TimeSpan time) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{tally.Requests} requests, {tally.Checked} responses checked, {tally.MixUps.Count} mix-ups, {tally.Lost.Count} lost, {tally.Requests / time.TotalSeconds:0} a second"));
}
