using System.Net.Sockets;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>What a connection costs that has asked once and waits.</summary>
internal static class Idle
{
    private const int Connections = 10_000;
    private const int WarmUpRequests = 1_000;
    private const int AtOnce = 32;

    public static async Task MeasureAsync(App app, FigureTable figures)
    {
        if (OpenFilesLimit() is var limit && limit < Connections + 500)
        {
            Console.WriteLine($"MISSED: {Connections} connections need more open files than the {limit} that the machine allows (ulimit -Hn)");
            figures.Add("connections that could not be opened", Connections, 0);
            return;
        }

        using var sidecar = await Sidecar.StartAsync(app.Url);
        await WarmUpAsync(sidecar);
        var before = sidecar.ResidentBytes;
        var open = new ClientConnection?[Connections];
        var failed = await AskAllAsync(sidecar, open);
        var after = sidecar.ResidentBytes;
        Console.WriteLine($"  RSS {before / 1e6:0.0} MB before, {after / 1e6:0.0} MB with all of them idle");
        figures.AddBelow($"an idle connection of {Connections}", (after - before) / 1000.0 / Connections, 30, "KB");
        failed += await AskAllAsync(sidecar, open);
        figures.Add("requests failed, first and after idling", failed, 0);
        foreach (var connection in open)
            connection?.Dispose();
        figures.Add("exit code", await sidecar.StopAsync(), 0);
    }

    // .NET raises the soft limit to the hard one when it starts, here and in the sidecar.
    private static long OpenFilesLimit() =>
        long.TryParse(File.ReadLines("/proc/self/limits").Single(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4], out var limit) ? limit : long.MaxValue;

    private static Task WarmUpAsync(Sidecar sidecar) => Parallel.ForEachAsync(Enumerable.Range(0, AtOnce), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (_, _) =>
    {
        using var connection = await ClientConnection.OpenAsync(sidecar.Port);
        for (var i = 0; i < WarmUpRequests; i++)
            await connection.GetAsync("/warm");
    });

    private static async Task<int> AskAllAsync(Sidecar sidecar, ClientConnection?[] open)
    {
        var failed = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, open.Length), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            try
            {
                var connection = open[i] ??= await ClientConnection.OpenAsync(sidecar.Port, bufferBytes: 1024);
                if (await connection.GetAsync("/idle") != "/idle")
                    Interlocked.Increment(ref failed);
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                Interlocked.Increment(ref failed);
            }
        });
        return failed;
    }
}
