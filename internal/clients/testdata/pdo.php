<?php
// PDO: prepared on the server, and with the parameters put into the text.
function check($got, $want) { if ($got !== $want) throw new Exception(var_export($got, true) . ', not ' . var_export($want, true)); }

foreach ([false, true] as $emulate) {
    $db = new PDO('pgsql:', null, null, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION, PDO::ATTR_EMULATE_PREPARES => $emulate]);
    check($db->query('select species, count(*) as n from penguins group by species order by species')->fetchAll(PDO::FETCH_KEY_PAIR),
        ['Adelie' => 152, 'Chinstrap' => 68, 'Gentoo' => 124]);
    $heavier = $db->prepare('select count(*) from penguins where body_mass_g > :grams');
    foreach ([4000 => 172, 10000 => 0] as $grams => $n) {
        $heavier->execute(['grams' => $grams]);
        check($heavier->fetchColumn(), $n);
    }
    $quoted = $db->prepare('select ?::text');
    $quoted->execute(["it's; héllo"]);
    check($quoted->fetchColumn(), "it's; héllo");
    try {
        $db->query('select nope from penguins');
        throw new Exception('no error');
    } catch (PDOException $e) {
        check($e->errorInfo[0], '42703');
    }
    $db->beginTransaction();
    check($db->query('select true, 1.5::float8, null::int4')->fetch(PDO::FETCH_NUM), [true, '1.5', null]);
    $db->commit();
}
