using System.Globalization;
using SidecarAspire.Image;
using SidecarAspire.Startup;

// dotnet run -c Release --project bench/SidecarAspire.Image [-- all]
// Publishes the sidecar as its image holds it, or in every way there is, and measures size and cold start. Linux only: it reads /proc.
const int Runs = 20;
const double Megabyte = 1e6;

// What the image holds besides: C and C++ library, OpenSSL, certificates (measured on Debian 12, eng/build-images.sh --from-host).
const double SystemMegabytes = 15;

var figures = new FigureTable(Console.Out);
var temporary = Directory.CreateTempSubdirectory("sidecar-image-");
Console.WriteLine($"{Environment.ProcessorCount} cores, {Runs} starts each after one that is not counted");
Console.WriteLine($"{"",-32} {"MB",6} {"median ms",10} {"worst ms",10} {"load",6}");
try
{
    var shipped = await MeasureAsync(Variant.Shipped);
    if (args is ["all"])
    {
        foreach (var variant in Variant.Others)
            await MeasureAsync(variant);
    }

    figures.AddBelow("image of the sidecar, uncompressed", shipped.Megabytes + SystemMegabytes, 120, "MB");
    figures.AddBelow("cold start to ready, worst", shipped.Worst, 400, "ms");
    return figures.AllMet ? 0 : 1;
}
finally
{
    temporary.Delete(recursive: true);
}

async Task<(double Megabytes, double Worst)> MeasureAsync(Variant variant)
{
    var folder = temporary.CreateSubdirectory(Path.GetRandomFileName()).FullName;
    await variant.PublishAsync(Repository.Sidecar, folder);
    var megabytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / Megabyte;
    var program = Path.Combine(folder, "Sidecar.Proxy");
    await ColdStart.MeasureAsync(program);
    var times = new List<double>();
    for (var i = 0; i < Runs; i++)
        times.Add((await ColdStart.MeasureAsync(program)).TotalMilliseconds);
    times.Sort();
    var median = (times[(Runs - 1) / 2] + times[Runs / 2]) / 2;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{variant.Name,-32} {megabytes,6:0} {median,10:0} {times[^1],10:0} {File.ReadAllText("/proc/loadavg").Split(' ')[0],6}"));
    return (megabytes, times[^1]);
}
