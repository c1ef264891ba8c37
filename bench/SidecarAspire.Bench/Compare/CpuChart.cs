using System.Text;

namespace SidecarAspire.Bench.Compare;

/// <summary>CPU a request as horizontal bars, user space and kernel apart, for a README.</summary>
internal sealed class CpuChart(IReadOnlyList<(string Name, double User, double Kernel)> bars)
{
    private const int Row = 26;
    private const int Left = 130;
    private const int Width = 720;

    public string Svg()
    {
        var longest = bars.Count == 0 ? 1 : bars.Max(bar => bar.User + bar.Kernel);
        var height = 64 + (bars.Count * Row);
        var svg = new StringBuilder();
        Append(svg, $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="13">""");
        Append(svg, $"""<rect width="{Width}" height="{height}" fill="#ffffff"/>""");
        Append(svg, $"""<text x="{Left}" y="22" font-weight="bold">CPU per request, µs: GET 32 B, 32 connections</text>""");
        Append(svg, $"""<rect x="{Left}" y="32" width="12" height="12" fill="#4c72b0"/><text x="{Left + 18}" y="43">user space</text><rect x="{Left + 110}" y="32" width="12" height="12" fill="#b0bfd8"/><text x="{Left + 128}" y="43">kernel</text>""");
        for (var i = 0; i < bars.Count; i++)
        {
            var (name, user, kernel) = bars[i];
            var y = 56 + (i * Row);
            var (first, second) = (Length(user), Length(kernel));
            Append(svg, $"""<text x="{Left - 8}" y="{y + 14}" text-anchor="end">{name}</text><rect x="{Left}" y="{y}" width="{first:0.0}" height="18" fill="#4c72b0"/><rect x="{Left + first:0.0}" y="{y}" width="{second:0.0}" height="18" fill="#b0bfd8"/><text x="{Left + first + second + 6:0.0}" y="{y + 14}">{user + kernel:0.0}</text>""");
        }

        return svg.Append("</svg>\n").ToString();

        double Length(double value) => value / longest * (Width - Left - 60);
    }

    private static void Append(StringBuilder svg, FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
}
