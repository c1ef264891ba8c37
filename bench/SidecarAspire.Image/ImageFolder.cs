using System.Diagnostics;

namespace SidecarAspire.Image;

/// <summary>What the image holds: the published program, the libraries it loads, the certificates (eng/build-images.sh --from-host).</summary>
internal static class ImageFolder
{
    private const string Certificates = "/etc/ssl/certs/ca-certificates.crt";
    private const string LibrariesOf = "ldd \"$@\" $(ldconfig -p | awk '/lib(ssl|crypto)\\.so\\.3 / { print $NF }') 2> /dev/null | awk '$3 ~ \"^/\" { print $3 } $1 ~ \"^/\" { sub(\":$\", \"\", $1); print $1 }' | sort -u";

    /// <summary>Its size, unpacked.</summary>
    /// <param name="published">The published folder.</param>
    /// <returns>Bytes.</returns>
    public static async Task<long> MeasureAsync(string published)
    {
        var own = Directory.EnumerateFiles(published, "*", SearchOption.AllDirectories).ToList();
        var native = own.Where(file => file.EndsWith(".so", StringComparison.Ordinal) || file == Path.Combine(published, "Sidecar.Proxy"));
        using var ldd = Process.Start(new ProcessStartInfo("sh", ["-c", LibrariesOf, "ldd", .. native]) { RedirectStandardOutput = true })!;
        var libraries = (await ldd.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return own.Concat(libraries).Append(Certificates).Select(Resolve).Distinct().Sum(file => new FileInfo(file).Length);
    }

    private static string Resolve(string file) => new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
}
