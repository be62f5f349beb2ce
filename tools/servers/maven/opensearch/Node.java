import java.nio.file.Path;
import org.codelibs.opensearch.runner.OpenSearchRunner;
import org.opensearch.common.settings.Settings;

/** One OpenSearch node: {@code Node FOLDER PORT [KEY=VALUE ...]}; data below FOLDER, snapshots in FOLDER/snapshots. */
public class Node {
    public static void main(String[] arguments) throws Exception {
        String folder = Path.of(arguments[0]).toAbsolutePath().toString();
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(-1); // the default refuses every port above 9299
        runner.onBuild((number, settings) -> configure(settings, folder, arguments));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(runner)));
        try {
            runner.build(OpenSearchRunner.newConfigs().basePath(folder).numOfNode(1).clusterName("brand-monitor"));
        } catch (Throwable error) {
            error.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
        Thread.currentThread().join();
    }

    private static void configure(Settings.Builder settings, String folder, String[] arguments) {
        settings.put("http.port", arguments[1]);
        settings.put("transport.port", "0"); // any: nobody else joins
        settings.put("network.host", "127.0.0.1");
        settings.put("discovery.type", "single-node");
        settings.put("node.name", "node");
        settings.putList("node.roles", "cluster_manager", "data", "ingest"); // the runner leaves ingest out
        settings.putList("path.repo", folder + "/snapshots");
        // A full disk of the machine would turn indices read-only in the middle of a test.
        settings.put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 2; i < arguments.length; i++) {
            String[] pair = arguments[i].split("=", 2);
            settings.put(pair[0], pair[1]);
        }
    }

    private static void close(OpenSearchRunner runner) {
        try {
            runner.close();
        } catch (Exception error) {
            error.printStackTrace();
        }
    }
}
