using SidecarAspire.Image;
foreach (var f in args)
{
    var t = new List<double>();
    for (var i = 0; i < 8; i++)
        t.Add((await ColdStart.MeasureAsync([Path.Combine(f, "Sidecar.Proxy")])).TotalMilliseconds);
    t.Sort();
    Console.WriteLine($"{Path.GetFileName(f),-20} min {t[0]:0} median {t[4]:0} max {t[^1]:0}  load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
}
