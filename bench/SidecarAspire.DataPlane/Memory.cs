using System.Globalization;
using SidecarAspire.Startup;

namespace SidecarAspire.DataPlane;

/// <summary>Nothing is buffered: 2 GiB pass each way in constant memory.</summary>
internal static class Memory
{
    private const long WarmUpBytes = 256L << 20;
    private const long Bytes = 2L << 30;
    private const double Megabyte = 1e6;

    public static async Task MeasureAsync(App app, FigureTable figures)
    {
        using var sidecar = await Sidecar.StartAsync(app.Url);
        await DownloadAsync(sidecar, WarmUpBytes);
        await UploadAsync(sidecar, WarmUpBytes);
        await AddAsync("2 GiB down: RSS grows by", DownloadAsync);
        await AddAsync("2 GiB up: RSS grows by", UploadAsync);
        figures.Add("exit code", await sidecar.StopAsync(), 0);

        async Task AddAsync(string name, Func<Sidecar, long, Task> pass)
        {
            var before = sidecar.ResidentBytes;
            var peak = await sidecar.PeakWhileAsync(pass(sidecar, Bytes));
            Console.WriteLine($"  RSS {before / Megabyte:0.0} MB before, {peak / Megabyte:0.0} MB at most");
            figures.AddBelow(name, (peak - before) / Megabyte, 20, "MB");
        }
    }

    private static async Task DownloadAsync(Sidecar sidecar, long bytes)
    {
        using var connection = await ClientConnection.OpenAsync(sidecar.Port);
        await connection.SendHeadAsync("GET", $"/download/{bytes}");
        var (_, length) = await connection.ReadHeadAsync();
        if (length != bytes)
            throw new IOException($"{length} bytes were announced instead of {bytes}");
        await connection.SkipBodyAsync(length);
    }

    private static async Task UploadAsync(Sidecar sidecar, long bytes)
    {
        using var connection = await ClientConnection.OpenAsync(sidecar.Port);
        await connection.SendHeadAsync("POST", "/upload", $"Content-Length: {bytes}");
        var block = new byte[64 * 1024];
        for (var left = bytes; left > 0; left -= block.Length)
            await connection.SendAsync(block);
        if (await connection.ReadTextAsync() is var answer && answer != bytes.ToString(CultureInfo.InvariantCulture))
            throw new IOException($"the app counted {answer} bytes instead of {bytes}");
    }
}
