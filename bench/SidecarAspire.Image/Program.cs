using System.Globalization;
using SidecarAspire.Image;
using SidecarAspire.Startup;

// dotnet run -c Release --project bench/SidecarAspire.Image [-- all] [seconds of load, 60]
// Publishes the sidecar as its image holds it, or in every way there is, and measures size, start and memory. Linux only: it reads /proc.
const int Starts = 20;
const int Connections = 32;
const double Megabyte = 1e6;
var all = args.Contains("all");
var load = TimeSpan.FromSeconds(args.Except(["all"]).Select(text => int.Parse(text, CultureInfo.InvariantCulture)).SingleOrDefault(60));
var settled = TimeSpan.FromSeconds(3);

var figures = new FigureTable(Console.Out);
var temporary = Directory.CreateTempSubdirectory("sidecar-image-");
using var app = new App();
Console.WriteLine($"{Environment.ProcessorCount} cores, {Starts} starts each after one that is not counted, then {Connections} connections for {load.TotalSeconds:0} s");
Console.WriteLine($"{"",-30} {"image MB",9} {"start ms",9} {"worst",6} {"idle MB",8} {"after load MB",14} {"requests",10} {"load",6}");
try
{
    var shipped = await MeasureAsync(Variant.Shipped);
    if (all)
    {
        foreach (var variant in Variant.Others)
            await MeasureAsync(variant);
    }

    figures.AddBelow("start to the first response, worst", shipped.Worst, 100, "ms");
    figures.AddBelow("RSS idle", shipped.Idle, 25, "MB");
    figures.AddBelow($"RSS after {load.TotalSeconds:0} s of load", shipped.Loaded, 35, "MB");
    figures.AddBelow("image's folder, unpacked", shipped.Megabytes, 45, "MB");
    return figures.AllMet ? 0 : 1;
}
finally
{
    temporary.Delete(recursive: true);
}

async Task<(double Megabytes, double Worst, double Idle, double Loaded)> MeasureAsync(Variant variant)
{
    var folder = temporary.CreateSubdirectory(Path.GetRandomFileName()).FullName;
    await variant.PublishAsync(Repository.Sidecar, folder);
    var megabytes = await ImageFolder.MeasureAsync(folder) / Megabyte;
    var program = Path.Combine(folder, "Sidecar.Proxy");
    var times = new List<double>();
    for (var i = 0; i <= Starts; i++)
    {
        var (started, took) = await Sidecar.StartAsync(program, app.Url);
        started.Dispose();
        if (i > 0)
            times.Add(took.TotalMilliseconds);
    }

    times.Sort();
    var median = (times[(Starts - 1) / 2] + times[Starts / 2]) / 2;
    var (sidecar, _) = await Sidecar.StartAsync(program, app.Url);
    using var running = sidecar;
    await Task.Delay(settled);
    var idle = sidecar.ResidentMegabytes;
    var requests = await sidecar.LoadAsync(Connections, load);
    var loaded = sidecar.ResidentMegabytes;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{variant.Name,-30} {megabytes,9:0.0} {median,9:0} {times[^1],6:0} {idle,8:0.0} {loaded,14:0.0} {requests,10} {File.ReadAllText("/proc/loadavg").Split(' ')[0],6}"));
    return (megabytes, times[^1], idle, loaded);
}
